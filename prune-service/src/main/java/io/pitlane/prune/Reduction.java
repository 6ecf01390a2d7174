package io.pitlane.prune;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.Footprint;
import java.util.Locale;
import java.util.Map;

/**
 * The reduction of a model's parameters and multiply-accumulates.
 *
 * @param before footprint of the unpruned model
 * @param after footprint of the pruned model
 */
record Reduction(Footprint before, Footprint after) {
    private static final String[] UNITS = {"", " k", " M", " G", " T"};

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
                        rounded(before.nonZeroParameters()),
                        rounded(after.nonZeroParameters()),
                        rounded(before.macs()),
                        rounded(after.macs()));
    }

    private static String rounded(long count) {
        double shown = count;
        int unit = 0;
        while (shown >= 1000 && unit < UNITS.length - 1) {
            shown /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.1f%s", shown, UNITS[unit]);
    }
}
