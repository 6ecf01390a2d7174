package io.pitlane.training.feature;

import io.pitlane.graph.TensorRef;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The output of a layer for one image: height, width and channels. A vector has height and width 1.
 *
 * @param tensor the layer's output
 * @param height rows
 * @param width columns
 * @param channels number of channels
 * @param layout order of the dimensions in the tensor
 */
public record FeatureMap(TensorRef tensor, int height, int width, int channels, Layout layout) {

    /** Order of the dimensions of a batch. */
    public enum Layout {
        /** {@code [N, H, W, C]}. */
        CHANNELS_LAST,
        /** {@code [N, C, H, W]}. */
        CHANNELS_FIRST,
        /** {@code [N, C]}. */
        VECTOR
    }

    /** Number of positions, height times width. */
    public int positions() {
        return height * width;
    }

    /** Whether the other has the same height and width. */
    public boolean hasSameSizeAs(FeatureMap other) {
        return height == other.height && width == other.width;
    }

    /** Height, width and channels, as {@code 8x8x64}. */
    public String size() {
        return "%dx%dx%d".formatted(height, width, channels);
    }

    /** The shape of a batch, of unknown batch size. */
    public Shape shape() {
        return switch (layout) {
            case CHANNELS_LAST -> Shape.of(Shape.UNKNOWN_SIZE, height, width, channels);
            case CHANNELS_FIRST -> Shape.of(Shape.UNKNOWN_SIZE, channels, height, width);
            case VECTOR -> Shape.of(Shape.UNKNOWN_SIZE, channels);
        };
    }

    /** The tensor as {@code [N, H, W, C]}. */
    public Operand<TFloat32> channelsLast(Ops tf, Operand<TFloat32> values) {
        var ordered =
                layout == Layout.CHANNELS_FIRST
                        ? tf.linalg.transpose(values, tf.constant(new int[] {0, 2, 3, 1}))
                        : values;
        return tf.reshape(ordered, tf.constant(new int[] {-1, height, width, channels}));
    }
}
