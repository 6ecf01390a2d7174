package io.pitlane.quantize.correction;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.List;

/** The values that one output position of a layer depends on. */
final class LayerPatches {
    private final boolean convolution;
    private final int height;
    private final int width;
    private final int channels;
    private final List<Long> strides;
    private final List<Long> dilations;
    private final List<Long> explicit;
    private final String padding;

    /** For a convolution [N, H, W, C], depthwise or not, or a dense layer [N, C]. */
    LayerPatches(FusedLayer layer) {
        var attributes = Attributes.of(layer.product());
        var shape = layer.weights().shape();
        this.convolution = layer.convolution();
        this.height = convolution ? (int) shape[0] : 1;
        this.width = convolution ? (int) shape[1] : 1;
        this.channels = KernelChannels.of(layer).inputs();
        this.strides = attributes.ints("strides", List.of(1L, 1L, 1L, 1L));
        var dilated = attributes.ints("dilations", List.of());
        this.dilations = dilated.isEmpty() ? List.of(1L, 1L, 1L, 1L) : dilated;
        this.explicit = attributes.ints("explicit_paddings", List.of());
        this.padding = attributes.string("padding", "VALID");
    }

    /** Number of values of a patch. */
    int size() {
        return height * width * channels;
    }

    /**
     * The values below the filter at one position, 0 where they are padded: {@code [height, width,
     * channels]}.
     *
     * @param input that the layer reads
     * @param output that it gives
     * @param position of the output, in row-major order of {@code [N, H, W]}
     */
    float[] at(FloatTensor input, FloatTensor output, int position) {
        var patch = new float[size()];
        if (!convolution) {
            System.arraycopy(input.values(), position * channels, patch, 0, channels);
            return patch;
        }
        int rows = (int) output.shape()[1];
        int columns = (int) output.shape()[2];
        int image = position / (rows * columns);
        int top = top(1, position / columns % rows, height, input, output);
        int left = top(2, position % columns, width, input, output);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = top + y * Math.toIntExact(dilations.get(1));
                int column = left + x * Math.toIntExact(dilations.get(2));
                if (isInside(row, input.shape()[1]) && isInside(column, input.shape()[2])) {
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

    private static boolean isInside(int at, long size) {
        return at >= 0 && at < size;
    }

    /** The first row, or column, below the filter. */
    private int top(int axis, int at, int kernel, FloatTensor input, FloatTensor output) {
        int stride = Math.toIntExact(strides.get(axis));
        return at * stride - before(axis, stride, kernel, input, output);
    }

    private int before(int axis, int stride, int kernel, FloatTensor input, FloatTensor output) {
        return switch (padding) {
            case "SAME" -> {
                int dilation = Math.toIntExact(dilations.get(axis));
                long needed = (output.shape()[axis] - 1) * stride + (kernel - 1L) * dilation + 1;
                yield (int) Math.max(0, needed - input.shape()[axis]) / 2;
            }
            case "EXPLICIT" -> Math.toIntExact(explicit.get(2 * axis));
            default -> 0;
        };
    }
}
