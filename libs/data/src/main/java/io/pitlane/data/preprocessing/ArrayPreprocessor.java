package io.pitlane.data.preprocessing;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.InputSpec.Channels;
import io.pitlane.contract.data.InputSpec.Standardization;
import io.pitlane.data.FloatArray;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Sample;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.batch.MissingBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.tensorflow.proto.DataType;

/**
 * Preprocesses arrays of float32: {@code (value * scale - mean) / std}, with one mean and deviation
 * for all values, or one for each position of the last dimension. Arrays are neither resized nor
 * augmented.
 *
 * <p>Thread-safe.
 */
final class ArrayPreprocessor extends Preprocessor {
    private final Optional<Integer> fixedBatch;
    private final long[] stored;
    private final long[] fitted;

    private ArrayPreprocessor(
            InputSpec spec, Optional<Integer> fixedBatch, long[] stored, long[] fitted) {
        super(spec);
        this.fixedBatch = fixedBatch;
        this.stored = stored;
        this.fitted = fitted;
    }

    /**
     * Creates the preprocessing for a model input.
     *
     * @param first an array; all have its shape
     */
    static ArrayPreprocessor create(InputSpec spec, GraphSignature.Port input, FloatArray first) {
        requireForArrays(spec, first);
        if (input.dtype() != DataType.DT_FLOAT) {
            throw invalidInput(
                    "The model's input '%s' takes %s, but the data holds float32 arrays."
                            .formatted(input.name(), input.dtype()),
                    "Export the model with a float32 input.");
        }
        long[] stored = first.tensor().shape();
        requirePerChannel(spec.mean(), "mean", first);
        requirePerChannel(spec.std(), "std", first);
        var shape = input.shape();
        var fixedBatch =
                shape == null || shape.isEmpty() || shape.get(0) < 0
                        ? Optional.<Integer>empty()
                        : Optional.of(Math.toIntExact(shape.get(0)));
        return new ArrayPreprocessor(spec, fixedBatch, stored, fitted(first, input));
    }

    private static void requireForArrays(InputSpec spec, FloatArray first) {
        if (spec.resize() != null) {
            throw invalidInput(
                    "input.resize is for images, but the data holds float32 arrays %s."
                            .formatted(first.size()),
                    "Remove input.resize, and store the arrays in the model's shape.");
        }
        if (spec.channels() != Channels.RGB) {
            throw invalidInput(
                    "input.channels is for images, but the data holds float32 arrays %s."
                            .formatted(first.size()),
                    "Remove input.channels; arrays keep their channels.");
        }
    }

    private static void requirePerChannel(List<Double> values, String field, FloatArray first) {
        long[] shape = first.tensor().shape();
        long channels = shape[shape.length - 1];
        if (values.size() != 1 && values.size() != channels) {
            throw invalidInput(
                    "input.%s holds %d numbers, but the last dimension of the arrays %s is %d."
                            .formatted(field, values.size(), first.size(), channels),
                    "Write one number, or one for each position of the last dimension.");
        }
    }

    /** The shape of an array in the model's input, which may have one more dimension, of 1. */
    private static long[] fitted(FloatArray first, GraphSignature.Port input) {
        long[] stored = first.tensor().shape();
        var shape = input.shape();
        if (shape == null) {
            return stored;
        }
        boolean fixedBatch = !shape.isEmpty() && shape.get(0) >= 0;
        long[] taken = shape.stream().skip(1).mapToLong(size -> size).toArray();
        if (fits(stored, taken)) {
            return stored;
        }
        if (taken.length == stored.length + 1) {
            long[] last = LongStream.concat(LongStream.of(stored), LongStream.of(1)).toArray();
            if (taken[taken.length - 1] == 1 && fits(last, taken)) {
                return last;
            }
            long[] leading = LongStream.concat(LongStream.of(1), LongStream.of(stored)).toArray();
            if (taken[0] == 1 && fits(leading, taken)) {
                return leading;
            }
        }
        if (fixedBatch && fits(stored, shape.stream().mapToLong(size -> size).toArray())) {
            throw MissingBatch.failure(input);
        }
        throw invalidInput(
                "Arrays are %s, but the model's input '%s' takes %s."
                        .formatted(first.size(), input.name(), shape),
                "Store the arrays in the shape that the model was trained with.");
    }

    private static boolean fits(long[] array, long[] taken) {
        boolean fits = array.length == taken.length;
        for (int d = 0; fits && d < array.length; d++) {
            fits = taken[d] < 0 || taken[d] == array[d];
        }
        return fits;
    }

    @Override
    public Optional<Integer> fixedBatch() {
        return fixedBatch;
    }

    @Override
    public void requireFits(ImageSet images) {
        if (images.size() > 0) {
            requireFits(images.sample(0));
        }
    }

    private FloatArray requireFits(Sample sample) {
        if (sample instanceof FloatArray array && Arrays.equals(array.tensor().shape(), stored)) {
            return array;
        }
        throw invalidInput(
                "The data holds %s among arrays of %s."
                        .formatted(sample.size(), Arrays.toString(stored)),
                "Give all arrays the same shape.");
    }

    @Override
    public FloatTensor batch(
            List<? extends Sample> samples, List<AugmentationSample> augmentations) {
        if (augmentations.stream().anyMatch(each -> !each.equals(AugmentationSample.NONE))) {
            throw invalidInput(
                    "augmentation is for images, but the data holds float32 arrays.",
                    "Remove augmentation from the step's training options.");
        }
        int each = Math.toIntExact(LongStream.of(stored).reduce(1, Math::multiplyExact));
        var values = new float[Math.multiplyExact(samples.size(), each)];
        for (int i = 0; i < samples.size(); i++) {
            write(requireFits(samples.get(i)).tensor().values(), values, i * each);
            if (spec.standardize() == Standardization.IMAGE) {
                PerImageStandardization.apply(values, i * each, each);
            }
        }
        return new FloatTensor(
                values,
                LongStream.concat(LongStream.of(samples.size()), LongStream.of(fitted)).toArray());
    }

    private void write(float[] source, float[] target, int offset) {
        int channels = Math.max(spec.mean().size(), spec.std().size());
        for (int c = 0; c < channels; c++) {
            double std = perChannel(spec.std(), c);
            float scale = (float) (spec.scale() / std);
            float shift = (float) (perChannel(spec.mean(), c) / std);
            for (int i = c; i < source.length; i += channels) {
                target[offset + i] = source[i] * scale - shift;
            }
        }
    }

    private static double perChannel(List<Double> values, int channel) {
        return values.get(values.size() == 1 ? 0 : channel);
    }
}
