package io.pitlane.data.preprocessing;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.batch.MissingBatch;
import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * The layout of a model input, from its shape.
 *
 * @param batch batch size; -1 for any
 * @param height height; -1 for any
 * @param width width; -1 for any
 * @param order the order of the dimensions
 */
public record InputLayout(int batch, int height, int width, Order order) {

    /** Order of the dimensions after the batch. */
    public enum Order {
        /** {@code [N, H, W, C]}. */
        CHANNELS_LAST,
        /** {@code [N, C, H, W]}. */
        CHANNELS_FIRST,
        /** {@code [N, H, W]}, for grey images. */
        NO_CHANNELS
    }

    /** The layout of a model input for images with this number of channels. */
    public static InputLayout of(GraphSignature.Port input, int channels) {
        if (input.dtype() != DataType.DT_FLOAT && input.dtype() != DataType.DT_UINT8) {
            throw invalidInput(
                    "The model's input '%s' takes %s, neither float32 nor uint8."
                            .formatted(input.name(), input.dtype()),
                    "Export the model with a float32 input.");
        }
        var shape = input.shape();
        if (shape == null) {
            return new InputLayout(-1, -1, -1, Order.CHANNELS_LAST);
        }
        if (shape.size() == 4 && fits(shape.get(3), channels)) {
            return at(shape, 1, 2, Order.CHANNELS_LAST);
        }
        if (shape.size() == 4 && fits(shape.get(1), channels)) {
            return at(shape, 2, 3, Order.CHANNELS_FIRST);
        }
        if (isSingleImage(shape, channels)) {
            throw MissingBatch.failure(input);
        }
        if (shape.size() == 3 && channels == 1) {
            return at(shape, 1, 2, Order.NO_CHANNELS);
        }
        throw invalidInput(
                "The model's input '%s' is %s, which does not take images of %d channels."
                        .formatted(input.name(), shape, channels),
                channels == 1
                        ? "Set input.channels to rgb or bgr."
                        : "Set input.channels to grey, if the model takes grey images.");
    }

    /**
     * Whether a shape is that of one image. With three dimensions, grey images are a batch without
     * channels unless they would be one pixel wide.
     */
    private static boolean isSingleImage(List<Long> shape, int channels) {
        boolean last = shape.size() == 3 && shape.get(2) == channels;
        boolean first = shape.size() == 3 && channels > 1 && shape.get(0) == channels;
        return last || first || shape.size() == 2 && channels == 1;
    }

    private static boolean fits(long size, int channels) {
        return size == channels || size < 0;
    }

    private static InputLayout at(List<Long> shape, int height, int width, Order order) {
        return new InputLayout(
                Math.toIntExact(shape.get(0)),
                Math.toIntExact(shape.get(height)),
                Math.toIntExact(shape.get(width)),
                order);
    }

    /** The shape of a batch of images of this size. */
    long[] shape(int images, int h, int w, int channels) {
        return switch (order) {
            case CHANNELS_LAST -> new long[] {images, h, w, channels};
            case CHANNELS_FIRST -> new long[] {images, channels, h, w};
            case NO_CHANNELS -> new long[] {images, h, w};
        };
    }

    /** Whether the model takes images of this size. */
    boolean takes(int h, int w) {
        return (height < 0 || height == h) && (width < 0 || width == w);
    }

    /** Whether the model takes images of any size. */
    boolean takesAnySize() {
        return height < 0 && width < 0;
    }

    /** The size, height first, as {@code 30xany}. */
    String size() {
        return (height < 0 ? "any" : height) + "x" + (width < 0 ? "any" : width);
    }
}
