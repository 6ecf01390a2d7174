package io.pitlane.quantize;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.Bfloat16;
import java.util.Optional;

/** Weights rounded to bfloat16. */
final class Bfloat16Weights implements WeightRounding {

    @Override
    public Rounded round(FloatTensor weights, int axis) {
        return new Rounded(Bfloat16.rounded(weights), Optional.empty());
    }

    @Override
    public String description() {
        return "weights rounded to bfloat16";
    }
}
