package io.pitlane.analysis.reconstruction;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * The positions of a layer's output that the equations are made of: a random few of each image, the
 * same ones whenever they are asked for.
 *
 * @param seed of the layer
 * @param perImage the most of an image
 */
record OutputPositions(long seed, int perImage) {

    /** Positions of one image, ascending; all where there are no more. */
    int[] of(int image, int positions) {
        if (positions <= perImage) {
            return IntStream.range(0, positions).toArray();
        }
        return new Random(seed * 1_000_003 + image)
                .ints(0, positions)
                .distinct()
                .limit(perImage)
                .sorted()
                .toArray();
    }
}
