package io.pitlane.analysis;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.NodeDef;

/**
 * The values that one output position of a layer depends on: those below the filter of a
 * convolution {@code [N, H, W, C]}, or one row of the input of a dense layer {@code [..., C]}.
 */
public final class LayerPatches {
    private final boolean convolution;
    private final boolean transposed;
    private final int height;
    private final int width;
    private final int channels;
    private final List<Long> strides;
    private final List<Long> dilations;
    private final List<Long> explicit;
    private final String padding;

    /**
     * The patches of a layer.
     *
     * @param layer a convolution, depthwise, grouped or transposed, or a dense layer
     * @param kernel shape of its kernel
     * @param channels number of channels of its input
     */
    public LayerPatches(NodeDef layer, long[] kernel, int channels) {
        var attributes = Attributes.of(layer);
        this.convolution = Operations.of(layer).isConvolution();
        this.transposed = Operations.of(layer).isTransposedConvolution();
        this.height = convolution ? (int) kernel[0] : 1;
        this.width = convolution ? (int) kernel[1] : 1;
        this.channels = channels;
        this.strides = attributes.ints("strides", List.of(1L, 1L, 1L, 1L));
        var dilated = attributes.ints("dilations", List.of());
        this.dilations = dilated.isEmpty() ? List.of(1L, 1L, 1L, 1L) : dilated;
        this.explicit = attributes.ints("explicit_paddings", List.of());
        this.padding = attributes.string("padding", "VALID");
    }

    /** Number of values of a patch. */
    public int size() {
        return height * width * channels;
    }

    /**
     * The shape of what a layer gives, but for its last axis: {@code [N, rows, columns]}, of a
     * dense layer the input's.
     *
     * @param input that the layer reads, which is not a transposed convolution
     */
    public long[] positions(FloatTensor input) {
        if (!convolution) {
            return Arrays.copyOf(input.shape(), input.rank() - 1);
        }
        return new long[] {input.shape()[0], length(1, height, input), length(2, width, input)};
    }

    /** Number of output positions along an axis. */
    private long length(int axis, int size, FloatTensor input) {
        long read = input.shape()[axis];
        long stride = strides.get(axis);
        if (padding.equals("SAME")) {
            return (read + stride - 1) / stride;
        }
        long padded =
                padding.equals("EXPLICIT")
                        ? read + explicit.get(2 * axis) + explicit.get(2 * axis + 1)
                        : read;
        return (padded - (size - 1) * dilations.get(axis) - 1) / stride + 1;
    }

    /**
     * The values at one position, 0 where they are padded: {@code [height, width, channels]}.
     *
     * @param input that the layer reads
     * @param output shape of what it gives; the last axis may be missing
     * @param position of the output, in row-major order of all axes but the last
     */
    public float[] at(FloatTensor input, long[] output, int position) {
        var patch = new float[size()];
        if (!convolution) {
            System.arraycopy(input.values(), position * channels, patch, 0, channels);
            return patch;
        }
        int rows = (int) output[1];
        int columns = (int) output[2];
        int image = position / (rows * columns);
        for (int y = 0; y < height; y++) {
            int row = below(1, position / columns % rows, y, height, input, output);
            for (int x = 0; row >= 0 && x < width; x++) {
                int column = below(2, position % columns, x, width, input, output);
                if (column >= 0) {
                    int pixel =
                            (int) ((image * input.shape()[1] + row) * input.shape()[2]) + column;
                    System.arraycopy(
                            input.values(),
                            pixel * channels,
                            patch,
                            (y * width + x) * channels,
                            channels);
                }
            }
        }
        return patch;
    }

    /**
     * The row, or column, of the input that a row of the filter multiplies for an output position;
     * below 0 where there is none.
     */
    private int below(int axis, int at, int filter, int size, FloatTensor input, long[] output) {
        int stride = Math.toIntExact(strides.get(axis));
        int shift = filter * Math.toIntExact(dilations.get(axis));
        int length = (int) input.shape()[axis];
        if (transposed) {
            int strided = at + before(axis, stride, size, (int) output[axis], length) - shift;
            return strided >= 0 && strided % stride == 0 && strided / stride < length
                    ? strided / stride
                    : -1;
        }
        int below = at * stride + shift - before(axis, stride, size, length, (int) output[axis]);
        return below < length ? below : -1;
    }

    /** Padding before an axis of a convolution from {@code read} to {@code made} positions. */
    private int before(int axis, int stride, int size, int read, int made) {
        return switch (padding) {
            case "SAME" -> {
                int dilation = Math.toIntExact(dilations.get(axis));
                int needed = (made - 1) * stride + (size - 1) * dilation + 1;
                yield Math.max(0, needed - read) / 2;
            }
            case "EXPLICIT" -> Math.toIntExact(explicit.get(2 * axis));
            default -> 0;
        };
    }
}
