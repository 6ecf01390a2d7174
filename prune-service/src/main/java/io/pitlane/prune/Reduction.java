package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.report.FigureFormat;
import java.util.Map;

/**
 * The reduction of a model's parameters and multiply-accumulates.
 *
 * @param before footprint of the unpruned model
 * @param after footprint of the pruned model
 */
record Reduction(Footprint before, Footprint after) {
    /**
     * Compares two models.
     *
     * @param sizes dimensions by the names of inputs that take any size
     */
    static Reduction between(FlatGraph before, FlatGraph after, Map<String, long[]> sizes) {
        return new Reduction(Footprint.of(before, sizes), Footprint.of(after, sizes));
    }

    /** Share of the multiply-accumulates that is left, 0..1; 1 for a model without any. */
    double macs() {
        return share(after.macs(), before.macs());
    }

    /** Share of the parameters other than zero that is left, 0..1; 1 for a model without any. */
    double parameters() {
        return share(after.nonZeroParameters(), before.nonZeroParameters());
    }

    /** Whether the model is as large as before. */
    boolean isNothing() {
        return after.macs() == before.macs()
                && after.nonZeroParameters() == before.nonZeroParameters();
    }

    private static double share(long after, long before) {
        return before == 0 ? 1 : (double) after / before;
    }

    /** A sentence for the notes. */
    String describe() {
        return "parameters other than zero %s -> %s, MACs for one image %s -> %s"
                .formatted(
                        FigureFormat.count(before.nonZeroParameters()),
                        FigureFormat.count(after.nonZeroParameters()),
                        FigureFormat.count(before.macs()),
                        FigureFormat.count(after.macs()));
    }
}
