package io.pitlane.cli.work;

import io.pitlane.cli.client.RunListener;
import io.pitlane.contract.Plan;
import java.io.PrintWriter;
import java.time.InstantSource;

/** Shows people how far a run is. */
public interface RunDisplay extends RunListener {

    /** Says something about the run or the stack, in a line of its own. */
    void note(String line);

    /** Bars where {@code out} is a terminal that can redraw lines, else plain lines. */
    static RunDisplay of(Plan plan, PrintWriter out) {
        return isTerminal()
                ? new BarDisplay(plan, out, InstantSource.system())
                : new LineDisplay(plan, out);
    }

    private static boolean isTerminal() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }
}
