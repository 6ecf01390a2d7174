package io.pitlane.analysis;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import java.util.Map;

/**
 * As many images as a model of a size is run on in a minute or so: all that are wanted for a small
 * model, fewer for a large one.
 *
 * @param macs of one image
 */
public record AffordableImages(long macs) {
    private static final long MACS = 1_000_000_000_000L;

    /**
     * For a model.
     *
     * @param sizes dimensions by the names of inputs that take any size
     */
    public static AffordableImages of(FlatGraph graph, Map<String, long[]> sizes) {
        return new AffordableImages(Math.max(1, Footprint.of(graph, sizes).macs()));
    }

    /**
     * Their number.
     *
     * @param passes through the model for each image
     * @param fewest however large the model is
     * @param most however small it is, not below the fewest
     */
    public int count(int passes, int fewest, int most) {
        return (int) Math.min(most, Math.max(fewest, MACS / passes / macs));
    }
}
