package io.pitlane.quantize;

import io.pitlane.graph.FloatTensor;
import java.util.Optional;

/** Weights rounded to bfloat16: the upper half of a float32, ties to the even one. */
final class Bfloat16Weights implements WeightRounding {
    private static final int DROPPED_BITS = 16;

    @Override
    public Rounded round(FloatTensor weights, int axis) {
        return new Rounded(weights.map(weight -> rounded((float) weight)), Optional.empty());
    }

    private static float rounded(float weight) {
        int bits = Float.floatToRawIntBits(weight);
        int half = (1 << DROPPED_BITS - 1) - 1 + (bits >>> DROPPED_BITS & 1);
        return Float.intBitsToFloat(bits + half >>> DROPPED_BITS << DROPPED_BITS);
    }

    @Override
    public String description() {
        return "weights rounded to bfloat16, simulated: they are stored in float32";
    }
}
