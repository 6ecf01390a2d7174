package io.pitlane.cli.run;

import io.pitlane.cli.client.RunListener;
import io.pitlane.contract.plan.Plan;
import java.io.PrintWriter;
import java.time.InstantSource;

/** Shows the progress of a run. */
public interface RunDisplay extends RunListener {

    /** Prints a message about the run or the stack on a line of its own. */
    void note(String line);

    /** Bars when the process has a terminal that can redraw lines, else plain lines. */
    static RunDisplay of(Plan plan, PrintWriter out) {
        return isTerminal()
                ? new BarDisplay(plan, out, InstantSource.system())
                : new LineDisplay(plan, out);
    }

    private static boolean isTerminal() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }
}
