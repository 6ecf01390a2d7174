package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.InputSpec;
import java.util.List;

/**
 * The last part of the preprocessing of a specification, {@code (pixel * scale - mean) / std} per
 * channel, as {@code pixel * scale - shift}.
 */
record Normalization(InputSpec spec) {

    /** For a model that takes pixels as they are. */
    static final Normalization NONE = new Normalization(InputSpec.DEFAULT);

    float scale(int channel) {
        return (float) (spec.scale() / perChannel(spec.std(), channel));
    }

    float shift(int channel) {
        return (float) (perChannel(spec.mean(), channel) / perChannel(spec.std(), channel));
    }

    private static double perChannel(List<Double> values, int channel) {
        return values.get(values.size() == 1 ? 0 : channel);
    }
}
