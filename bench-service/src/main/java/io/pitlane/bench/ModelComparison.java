package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.significance.PairedDifference;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Compares the figures of a model with those of the original. */
final class ModelComparison {
    private final ModelFigures original;
    private final List<EngineTimings> originalTimings;

    /**
     * Comparisons with this original.
     *
     * @param timings the original's on every engine
     */
    ModelComparison(ModelFigures original, List<EngineTimings> timings) {
        this.original = original;
        this.originalTimings = List.copyOf(timings);
    }

    /**
     * Compares one model; its speed only where both were timed.
     *
     * @param timings taken in the same rounds as the original's
     * @param difference on the same test images; empty without labels
     */
    Comparison compare(
            ModelFigures model,
            List<EngineTimings> timings,
            Optional<PairedDifference> difference) {
        return Comparison.builder()
                .label(model.label())
                .sizeRatio(ratio(original.sizeBytes(), model.sizeBytes()))
                .packedRatio(ratio(original.packedBytes(), model.packedBytes()))
                .macsRatio(ratio(original.macs(), model.macs()))
                .speedup(speedups(timings))
                .accuracyDrop(accuracyDrop(model.accuracy()))
                .errorIncrease(errorIncrease(model.accuracy()))
                .interval(difference.flatMap(PairedDifference::headline).orElse(null))
                .build();
    }

    /** Compares the candidate in one format. */
    DeliveredFigures compare(
            DeliveredMeasurement delivered, Optional<PairedDifference> difference) {
        var accuracy = delivered.accuracy().map(AccuracyEvaluation.Result::accuracy).orElse(null);
        return new DeliveredFigures(
                delivered.format(),
                delivered.sizeBytes(),
                accuracy,
                delivered.accuracy().map(AccuracyEvaluation.Result::fidelity).orElse(null),
                accuracyDrop(accuracy),
                errorIncrease(accuracy),
                difference.flatMap(PairedDifference::headline).orElse(null),
                delivered.unmeasured());
    }

    /**
     * Against the original on TensorFlow, and then on other engines against its own export to the
     * same engine.
     */
    List<Report.Speedup> speedups(List<EngineTimings> timings) {
        return timings.stream()
                .flatMap(
                        measured ->
                                originalTimings.stream()
                                        .filter(measured::isBeside)
                                        .filter(
                                                baseline ->
                                                        baseline.engine() == Engine.TENSORFLOW
                                                                || baseline.engine()
                                                                        == measured.engine())
                                        .sorted(Comparator.comparing(EngineTimings::engine))
                                        .map(baseline -> speedup(measured, baseline)))
                .toList();
    }

    private static Report.Speedup speedup(EngineTimings measured, EngineTimings baseline) {
        var timings = measured.timings();
        var before = baseline.timings();
        var interval = MedianInterval.of(timings.ratios(before));
        return new Report.Speedup(
                measured.engine(),
                ModelFormat.of(measured.engine()),
                baseline.engine(),
                timings.batch(),
                measured.threads(),
                timings.medianSpeedup(before),
                timings.pairedSpeedup(before),
                interval.low(),
                interval.high());
    }

    private Double accuracyDrop(Accuracy accuracy) {
        if (original.accuracy() == null || accuracy == null) {
            return null;
        }
        var before = original.accuracy().headline();
        return before.error() ? null : before.value() - accuracy.headline().value();
    }

    private Double errorIncrease(Accuracy accuracy) {
        if (original.accuracy() == null || accuracy == null) {
            return null;
        }
        var before = original.accuracy().headline();
        return before.error() && before.value() > 0
                ? accuracy.headline().value() / before.value() - 1
                : null;
    }

    /** Counts 0 as 1, since a ratio with 0 is undefined or infinite. */
    private static double ratio(long before, long after) {
        return (double) Math.max(1, before) / Math.max(1, after);
    }
}
