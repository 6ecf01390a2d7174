package io.pitlane.gateway.board;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** What the page of a run tells after a button was pressed, until it has taken effect. */
enum RunNotice {
    CANCELLING(
            "cancelling",
            RunSummary::running,
            "The cancellation is requested: the stage that has the run's job ends it, within seconds"
                    + " where it is at work, else when it takes the job."),
    DECIDING(
            "deciding",
            run -> run.state().awaitsApproval(),
            "The decision is stored and takes effect in a moment, when a gateway has taken over from"
                    + " one that ended. Load the page again to see it.");

    private final String label;
    private final Predicate<RunSummary> pending;
    private final String text;

    RunNotice(String label, Predicate<RunSummary> pending, String text) {
        this.label = label;
        this.pending = pending;
        this.text = text;
    }

    /** As an address has it. */
    String label() {
        return label;
    }

    /** The notice that an address asks for, as long as it holds for the run; null for none. */
    static String text(String label, RunSummary run) {
        return named(label)
                .filter(notice -> notice.pending.test(run))
                .map(notice -> notice.text)
                .orElse(null);
    }

    private static Optional<RunNotice> named(String label) {
        return Arrays.stream(values()).filter(notice -> notice.label.equals(label)).findFirst();
    }
}
