package io.pitlane.bench;

import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.report.FigureFormat;
import java.util.ArrayList;
import java.util.List;

/** Notes on how the figures were measured. Those that concern every model go to the original. */
final class ReportNotes {
    /** A ratio of sizes; below it only names and rounding differ. */
    private static final double LARGER = 1.02;

    private final StageTask task;
    private final TestData data;
    private final List<ModelSize> sizes;
    private final BaselineSelection.Baseline baseline;
    private final Scoring scoring;
    private final LatencyComparison.Result latencies;
    private final ExportedModels exports;

    /**
     * The notes of one report.
     *
     * @param sizes of the models of the task, in their order
     * @param exports models on other engines
     */
    ReportNotes(
            StageTask task,
            TestData data,
            List<ModelSize> sizes,
            BaselineSelection.Baseline baseline,
            Scoring scoring,
            LatencyComparison.Result latencies,
            ExportedModels exports) {
        this.task = task;
        this.data = data;
        this.sizes = sizes;
        this.baseline = baseline;
        this.scoring = scoring;
        this.latencies = latencies;
        this.exports = exports;
    }

    /**
     * The notes of one model, a sentence each.
     *
     * @param index of the model in the task
     */
    List<String> of(int index, AccuracyEvaluation.Result accuracy) {
        var notes = new ArrayList<String>();
        var model = task.models().get(index);
        sizes.get(index).batch().ifPresent(notes::add);
        if (model.equals(task.original())) {
            notes.addAll(scoring.notes());
            ConstantBaseline.note(accuracy.accuracy(), data.images()).ifPresent(notes::add);
            notes.add(baseline.note());
            notes.addAll(latencies.skipped());
            notes.addAll(exports.notes());
            addCaveats(accuracy, notes);
        }
        latencies.note(model.label()).ifPresent(notes::add);
        if (isLargerThanBefore(index)) {
            notes.add(larger(index));
        }
        return List.copyOf(notes);
    }

    private boolean isLargerThanBefore(int index) {
        return index > 0
                && sizes.get(index).sizeBytes() > LARGER * sizes.get(index - 1).sizeBytes();
    }

    /** Of a small network the nodes weigh more than the weights, and int8 needs more nodes. */
    private String larger(int index) {
        var size = sizes.get(index);
        return "Larger on disk than '%s' (%s instead of %s): weights and other constants take %s of it, the nodes of the graph the rest."
                .formatted(
                        task.models().get(index - 1).label(),
                        FigureFormat.bytes(size.sizeBytes()),
                        FigureFormat.bytes(sizes.get(index - 1).sizeBytes()),
                        FigureFormat.bytes(size.constantBytes()));
    }

    private void addCaveats(AccuracyEvaluation.Result accuracy, List<String> notes) {
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
