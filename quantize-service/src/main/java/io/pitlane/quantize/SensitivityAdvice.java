package io.pitlane.quantize;

import io.pitlane.contract.finding.LayerSensitivity.Distribution;
import io.pitlane.contract.finding.OutputError;
import java.util.Locale;

/** Says in words what would help a layer, by what its quantization costs and by its values. */
final class SensitivityAdvice {
    /** A layer above this ratio, in decibels, changes the outputs by less than 1 %. */
    private static final double HARMLESS = 40;

    private static final double UNBALANCED = 10;
    private static final double OUTLIERS = 4;

    private SensitivityAdvice() {}

    /**
     * The advice for a layer.
     *
     * @param alone of the layer
     * @param weights of its weights
     * @param activations of the tensors beside it
     */
    static String of(
            OutputError alone,
            OutputError weights,
            OutputError activations,
            Distribution distribution) {
        if (alone.sqnr() == null || alone.sqnr() >= HARMLESS) {
            return "int8 costs next to nothing here";
        }
        return weights.noise() > activations.noise()
                ? ofWeights(distribution)
                : ofActivations(distribution);
    }

    private static String ofWeights(Distribution distribution) {
        if (distribution.largeChannels() > 0) {
            return format(
                    "weights of %d channel%s are up to %.0f times the others: equalize",
                    distribution.largeChannels(),
                    distribution.largeChannels() == 1 ? "" : "s",
                    distribution.weightRatio());
        }
        return "the rounding of its weights costs most: correct the bias, or learn the rounding";
    }

    private static String ofActivations(Distribution distribution) {
        if (distribution.channelRatio() > UNBALANCED) {
            return format(
                    "one channel of its output is %.0f times the others: equalize",
                    distribution.channelRatio());
        }
        if (distribution.outlierRatio() > OUTLIERS) {
            return format(
                    "the largest value of its output is %.0f times what 99.9 %% of the values do"
                            + " not exceed: clip the range",
                    distribution.outlierRatio());
        }
        return "its activations need more than 8 bits: leave the layer float";
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
