package io.pitlane.cli.run;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import java.io.PrintWriter;

/** Prints one line for each tenth of a step: for logs and pipes. */
final class LineDisplay implements RunDisplay {
    private final Plan plan;
    private final PrintWriter out;
    private int step = -1;
    private int tenths = -1;

    LineDisplay(Plan plan, PrintWriter out) {
        this.plan = plan;
        this.out = out;
    }

    @Override
    public synchronized void progress(Progress progress) {
        if (progress.fraction() == null) {
            return;
        }
        var now = (int) (progress.fraction() * 10);
        if (progress.step() < step || (progress.step() == step && now <= tenths)) {
            return;
        }
        step = progress.step();
        tenths = now;
        out.printf(
                "[%d/%d] %-10s %3d %%  %s%n",
                step + 1,
                plan.steps().size(),
                plan.label(step),
                (int) (progress.fraction() * 100),
                progress.message());
        out.flush();
    }

    @Override
    public void state(RunState state) {
        if (state.status().ended()) {
            note("Run " + state.runId() + " has ended.");
        }
    }

    @Override
    public synchronized void note(String line) {
        out.println(line);
        out.flush();
    }
}
