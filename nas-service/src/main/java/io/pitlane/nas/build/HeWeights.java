package io.pitlane.nas.build;

import io.pitlane.model.graph.FloatTensor;
import java.util.Arrays;
import java.util.Random;

/**
 * Weights to start from: normal, with the variance {@code 2 / inputs} that keeps the signal as
 * strong behind a ReLU as before it (He et al. 2015, "Delving Deep into Rectifiers", section 2.2).
 */
final class HeWeights {
    private final Random random;

    HeWeights(long seed) {
        random = new Random(seed);
    }

    /**
     * The next weights.
     *
     * @param inputs values that each output value is summed over
     */
    FloatTensor next(long inputs, long... shape) {
        double deviation = Math.sqrt(2.0 / inputs);
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return new FloatTensor(values, shape);
    }
}
