package io.pitlane.bench;

import io.pitlane.contract.step.BenchStep;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.pipeline.stage.StageTask;
import java.util.ArrayList;
import java.util.List;

/** Notes on how the figures were measured. Those that concern every model go to the original. */
final class ReportNotes {
    private final StageTask task;
    private final int threads;
    private final BaselineSelection.Baseline baseline;
    private final Scoring scoring;
    private final LatencyComparison.Result latencies;

    /**
     * The notes of one report.
     *
     * @param threads TensorFlow threads that were available
     */
    ReportNotes(
            StageTask task,
            int threads,
            BaselineSelection.Baseline baseline,
            Scoring scoring,
            LatencyComparison.Result latencies) {
        this.task = task;
        this.threads = threads;
        this.baseline = baseline;
        this.scoring = scoring;
        this.latencies = latencies;
    }

    /** The notes of one model, a sentence each. */
    List<String> of(
            StageTask.LocalModel model, ModelSize size, AccuracyEvaluation.Result accuracy) {
        var notes = new ArrayList<String>();
        size.batch().ifPresent(notes::add);
        if (model.equals(task.original())) {
            notes.addAll(scoring.notes());
            notes.add(baseline.note());
            notes.addAll(latencies.skipped());
            addCaveats(accuracy, notes);
        }
        latencies.note(model.label()).ifPresent(notes::add);
        return List.copyOf(notes);
    }

    private void addCaveats(AccuracyEvaluation.Result accuracy, List<String> notes) {
        int planned = task.options(BenchStep.class).threads();
        if (threads != planned) {
            notes.add(
                    "Every model ran on %d TensorFlow threads, although the plan says %d."
                            .formatted(threads, planned));
        }
        if (accuracy.fidelityStride() > 1) {
            notes.add(
                    "The outputs are large: fidelity is computed on one of every %d images."
                            .formatted(accuracy.fidelityStride()));
        }
        if (accuracy.peakMemoryBytes() == PeakMemory.UNKNOWN) {
            notes.add("Peak memory is -1: this system does not report it.");
        }
    }
}
