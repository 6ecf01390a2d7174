package io.pitlane.gateway.board;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.report.HtmlReport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the page of a run shows.
 *
 * @param run the run in a few words
 * @param notice what the reader should know about what is shown; null for nothing
 * @param failure why it ended without a report; else null
 * @param steps the steps of its plan
 * @param downloads files to download
 * @param report the sections of its report as HTML; null where there is none
 */
public record RunView(
        RunSummary run,
        String notice,
        FailureView failure,
        List<StepView> steps,
        List<Download> downloads,
        String report) {

    /** How far a step is. */
    public enum StepState {
        DONE,
        AT_WORK,
        FAILED,
        CANCELLED,
        WAITING,
        NOT_REACHED;

        /** In words, as {@code at work}. */
        public String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** As a class of the style sheet. */
        public String styleClass() {
            return this == FAILED || this == CANCELLED ? "stopped" : title().replace(' ', '-');
        }
    }

    /**
     * A step.
     *
     * @param label label of the model that it makes
     * @param state how far it is
     * @param fraction done, 0..1
     * @param message what it does; empty where nothing is known
     * @param took how long it took, as {@code 41.3 s}, or that an earlier run did it; null where
     *     nothing is known
     */
    public record StepView(
            String label, StepState state, double fraction, String message, String took) {

        /** Whether it is at work. */
        public boolean atWork() {
            return state == StepState.AT_WORK;
        }
    }

    /**
     * Why a run ended without a report.
     *
     * @param title the step, as {@code Step 2 of 3 (quantize) failed}
     * @param message what was wrong
     * @param action what to do
     * @param log the end of the process's log; null where there is none
     */
    public record FailureView(String title, String message, String action, String log) {

        static FailureView of(RunState state) {
            var failure = state.failure();
            return failure == null
                    ? null
                    : new FailureView(
                            "Step %d of %d (%s) %s"
                                    .formatted(
                                            failure.step() + 1,
                                            state.plan().steps().size(),
                                            failure.stage().label(),
                                            failure.kind() == Failure.Kind.CANCELLED
                                                    ? "was cancelled"
                                                    : "failed"),
                            failure.message(),
                            failure.action(),
                            failure.log());
        }
    }

    static RunView of(
            RunSummary run, Optional<RunResult> result, List<Progress> progress, String notice) {
        var report = result.map(RunResult::report);
        return new RunView(
                run,
                run.reported() && report.isEmpty() ? "The report of this run has expired." : notice,
                FailureView.of(run.state()),
                steps(run.state(), progress, report.map(Report::lineage).orElse(List.of())),
                Download.of(run.state(), report.isPresent()),
                report.map(HtmlReport::sections).orElse(null));
    }

    private static List<StepView> steps(
            RunState run, List<Progress> progress, List<LineageEntry> lineage) {
        return IntStream.range(0, run.plan().steps().size())
                .mapToObj(index -> step(run, index, progress, lineage))
                .toList();
    }

    private static StepView step(
            RunState run, int index, List<Progress> progress, List<LineageEntry> lineage) {
        var latest = progress.stream().filter(p -> p.step() == index).findFirst();
        return new StepView(
                run.plan().label(index),
                state(run, index),
                latest.map(Progress::fraction).orElse(0.0),
                latest.map(Progress::message).orElse(""),
                index < lineage.size() ? took(lineage.get(index)) : null);
    }

    private static String took(LineageEntry entry) {
        return entry.cached()
                ? "the result of an earlier run"
                : String.format(Locale.ROOT, "%.1f s", entry.seconds());
    }

    private static StepState state(RunState run, int index) {
        if (index < run.step()
                || run.status() == Status.PASSED
                || run.status() == Status.NOT_PASSED) {
            return StepState.DONE;
        }
        if (index > run.step()) {
            return run.status() == Status.RUNNING ? StepState.WAITING : StepState.NOT_REACHED;
        }
        return switch (run.status()) {
            case FAILED -> StepState.FAILED;
            case CANCELLED -> StepState.CANCELLED;
            default -> StepState.AT_WORK;
        };
    }
}
