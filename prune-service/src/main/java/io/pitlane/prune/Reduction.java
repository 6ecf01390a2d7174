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
