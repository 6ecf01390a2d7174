package io.pitlane.formats.onnx.reading;

import java.util.Arrays;

/**
 * Sizes of a transposed convolution's result.
 *
 * @param wanted height and width of the result
 * @param computed height and width that TensorFlow computes, from which the result is cut
 * @param begin rows and columns that are cut off at the beginning
 * @param padding {@code padding} attribute of TensorFlow
 */
record TransposedSizes(long[] wanted, long[] computed, long[] begin, String padding) {

    static TransposedSizes of(OnnxNode node, long[] sizes, long[] kernel, long[] strides) {
        var pads = node.integers("pads", 0, 0, 0, 0);
        var extra = node.integers("output_padding", 0, 0);
        var shape = node.integers("output_shape");
        var automatic = node.string("auto_pad", "NOTSET");
        boolean same = automatic.startsWith("SAME");
        var wanted = new long[2];
        var computed = new long[2];
        var begin = new long[2];
        var end = new long[2];
        for (int i = 0; i < 2; i++) {
            long full = strides[i] * (sizes[i] - 1) + kernel[i];
            begin[i] = pads[i];
            wanted[i] = full + extra[i] - pads[i] - pads[i + 2];
            if (shape.length > 0 || same) {
                wanted[i] = shape.length > 0 ? shape[shape.length - 2 + i] : sizes[i] * strides[i];
                long total = Math.max(0, full + extra[i] - wanted[i]);
                begin[i] = automatic.equals("SAME_LOWER") ? total - total / 2 : total / 2;
            }
            end[i] = full - begin[i] - wanted[i];
            computed[i] = Math.max(full, begin[i] + wanted[i]);
            node.require(
                    begin[i] >= 0 && wanted[i] > 0 && computed[i] - full < strides[i],
                    "it makes %d of %d rows or columns".formatted(wanted[i], sizes[i]));
        }
        return isSame(sizes, wanted, strides, begin, end)
                ? new TransposedSizes(wanted, wanted, new long[2], "SAME")
                : new TransposedSizes(wanted, computed, begin, "VALID");
    }

    /** Whether TensorFlow's SAME cuts off the same. */
    private static boolean isSame(
            long[] sizes, long[] wanted, long[] strides, long[] begin, long[] end) {
        boolean cuts = false;
        for (int i = 0; i < 2; i++) {
            long total = begin[i] + end[i];
            if (end[i] < 0 || wanted[i] != sizes[i] * strides[i] || begin[i] != total / 2) {
                return false;
            }
            cuts |= total > 0;
        }
        return cuts;
    }

    boolean isCut() {
        return !Arrays.equals(wanted, computed);
    }
}
