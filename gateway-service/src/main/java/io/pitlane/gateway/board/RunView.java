package io.pitlane.gateway.board;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.runs.StepProgress;
import io.pitlane.report.HtmlReport;
import io.pitlane.report.LossCurves;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * What the page of a run shows.
 *
 * @param run the run in a few words
 * @param notice what the reader should know about what is shown; null for nothing
 * @param failure why it ended without a report; else null
 * @param steps the steps of its plan
 * @param losses the loss curves of the step at work, or of the one that failed, as HTML; empty
 *     where it does not train
 * @param log the end of the log of the step at work; null where it printed nothing
 * @param downloads files to download
 * @param report the sections of its report as HTML; null where there is none
 */
public record RunView(
        RunSummary run,
        String notice,
        FailureView failure,
        List<StepView> steps,
        String losses,
        String log,
        List<Download> downloads,
        String report) {

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

    private static String lossesBefore(Failure failure) {
        return failure == null ? "" : LossCurves.ofCurves(failure.losses());
    }

    static RunView of(
            RunSummary run,
            Optional<RunResult> result,
            List<StepProgress> progress,
            String notice,
            Clock clock) {
        var report = result.map(RunResult::report);
        var current = progress.stream().filter(p -> p.latest().step() == run.state().step());
        var atWork = current.findFirst();
        return new RunView(
                run,
                run.reported() && report.isEmpty() ? "The report of this run has expired." : notice,
                FailureView.of(run.state()),
                new StepViews(
                                run.state(),
                                progress,
                                report.map(Report::lineage).orElse(List.of()),
                                clock)
                        .all(),
                atWork.map(step -> LossCurves.render(step.losses()))
                        .orElseGet(() -> lossesBefore(run.state().failure())),
                atWork.map(step -> step.latest().log()).orElse(null),
                Download.of(run.state(), report.isPresent()),
                report.map(HtmlReport::sections).orElse(null));
    }
}
