package io.pitlane.bench;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.significance.PairedDifference;
import java.util.List;
import java.util.Optional;

/** Compares the figures of a model with those of the original. */
final class ModelComparison {
    private final ModelFigures original;
    private final List<Timings> originalTimings;

    /**
     * Comparisons with this original.
     *
     * @param timings the original's, one entry a batch size
     */
    ModelComparison(ModelFigures original, List<Timings> timings) {
        this.original = original;
        this.originalTimings = List.copyOf(timings);
    }

    /**
     * Compares one model; its speed only at the batch sizes at which both were timed.
     *
     * @param timings taken in the same rounds as the original's
     * @param difference on the same test images; empty without labels
     */
    Comparison compare(
            ModelFigures model, List<Timings> timings, Optional<PairedDifference> difference) {
        return Comparison.builder()
                .label(model.label())
                .sizeRatio(ratio(original.sizeBytes(), model.sizeBytes()))
                .packedRatio(ratio(original.packedBytes(), model.packedBytes()))
                .macsRatio(ratio(original.macs(), model.macs()))
                .speedup(timings.stream().flatMap(t -> speedup(t).stream()).toList())
                .accuracyDrop(accuracyDrop(model))
                .errorIncrease(errorIncrease(model))
                .interval(difference.flatMap(PairedDifference::headline).orElse(null))
                .build();
    }

    private Optional<Report.Speedup> speedup(Timings timings) {
        return originalTimings.stream()
                .filter(baseline -> baseline.batch() == timings.batch())
                .map(baseline -> speedup(timings, baseline))
                .findFirst();
    }

    private static Report.Speedup speedup(Timings timings, Timings baseline) {
        var interval = MedianInterval.of(timings.ratios(baseline));
        return new Report.Speedup(
                timings.batch(),
                timings.medianSpeedup(baseline),
                timings.pairedSpeedup(baseline),
                interval.low(),
                interval.high());
    }

    private Double accuracyDrop(ModelFigures model) {
        if (original.accuracy() == null || model.accuracy() == null) {
            return null;
        }
        var before = original.accuracy().headline();
        return before.error() ? null : before.value() - model.accuracy().headline().value();
    }

    private Double errorIncrease(ModelFigures model) {
        if (original.accuracy() == null || model.accuracy() == null) {
            return null;
        }
        var before = original.accuracy().headline();
        return before.error() && before.value() > 0
                ? model.accuracy().headline().value() / before.value() - 1
                : null;
    }

    /** Counts 0 as 1, since a ratio with 0 is undefined or infinite. */
    private static double ratio(long before, long after) {
        return (double) Math.max(1, before) / Math.max(1, after);
    }
}
