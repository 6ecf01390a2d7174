package io.pitlane.formats.onnx.reading;

import java.util.Arrays;

/**
 * How a kernel moves over the spatial axes of its input: of a convolution or a pooling.
 *
 * @param kernel size along each axis
 * @param strides likewise
 * @param dilations likewise
 * @param begin zeros before each axis
 * @param end zeros behind each axis
 * @param ceil zeros added behind the end where the number of windows is rounded up
 * @param same whether the padding is TensorFlow's SAME
 */
record WindowReading(
        long[] kernel,
        long[] strides,
        long[] dilations,
        long[] begin,
        long[] end,
        long[] ceil,
        boolean same) {

    /**
     * Reads the attributes of a node.
     *
     * @param sizes the input's spatial sizes, -1 where one is variable
     */
    static WindowReading of(OnnxNode node, long[] kernel, long[] sizes) {
        int axes = kernel.length;
        var strides = node.integers("strides", ones(axes));
        var dilations = node.integers("dilations", ones(axes));
        node.require(
                strides.length == axes && dilations.length == axes,
                "its strides or dilations are not of " + axes + " axes");
        node.require(
                Arrays.stream(strides).allMatch(stride -> stride > 0)
                        && Arrays.stream(dilations).allMatch(dilation -> dilation > 0)
                        && Arrays.stream(kernel).allMatch(size -> size > 0),
                "its kernel, strides or dilations are not positive");
        return switch (node.string("auto_pad", "NOTSET")) {
            case "NOTSET", "" -> explicit(node, kernel, strides, dilations, sizes);
            case "VALID" ->
                    new WindowReading(
                            kernel,
                            strides,
                            dilations,
                            new long[axes],
                            new long[axes],
                            ceil(node, kernel, strides, dilations, new long[2 * axes], sizes),
                            false);
            case "SAME_UPPER" -> same(kernel, strides, dilations, sizes);
            case "SAME_LOWER" -> lower(node, kernel, strides, dilations, sizes);
            default -> throw node.unsupported("its auto_pad is " + node.string("auto_pad", ""));
        };
    }

    private static WindowReading explicit(
            OnnxNode node, long[] kernel, long[] strides, long[] dilations, long[] sizes) {
        int axes = kernel.length;
        var pads = node.integers("pads", new long[2 * axes]);
        node.require(
                pads.length == 2 * axes && Arrays.stream(pads).allMatch(pad -> pad >= 0),
                "its pads are " + Arrays.toString(pads));
        var begin = Arrays.copyOf(pads, axes);
        var end = Arrays.copyOfRange(pads, axes, 2 * axes);
        var ceil = ceil(node, kernel, strides, dilations, pads, sizes);
        var same = same(kernel, strides, dilations, sizes);
        boolean isSame =
                Arrays.stream(pads).anyMatch(pad -> pad > 0)
                        && Arrays.stream(ceil).allMatch(extra -> extra == 0)
                        && same.isKnown()
                        && Arrays.equals(begin, same.begin)
                        && Arrays.equals(end, same.end);
        return new WindowReading(kernel, strides, dilations, begin, end, ceil, isSame);
    }

    /** What ceil_mode adds, so that the last window is whole; it must begin in the image. */
    private static long[] ceil(
            OnnxNode node,
            long[] kernel,
            long[] strides,
            long[] dilations,
            long[] pads,
            long[] sizes) {
        var extra = new long[kernel.length];
        if (node.integer("ceil_mode", 0) == 0) {
            return extra;
        }
        for (int i = 0; i < extra.length; i++) {
            node.require(sizes[i] > 0, "it rounds up the size of images whose size is not fixed");
            long extent = (kernel[i] - 1) * dilations[i] + 1;
            long padded = sizes[i] + pads[i] + pads[kernel.length + i];
            long windows = Math.floorDiv(padded - extent + strides[i] - 1, strides[i]) + 1;
            if ((windows - 1) * strides[i] >= sizes[i] + pads[i]) {
                windows--;
            }
            extra[i] = Math.max(0, (windows - 1) * strides[i] + extent - padded);
        }
        return extra;
    }

    /** TensorFlow's SAME: the odd zero at the end. The zeros are -1 where sizes are not known. */
    private static WindowReading same(
            long[] kernel, long[] strides, long[] dilations, long[] sizes) {
        var begin = new long[kernel.length];
        var end = new long[kernel.length];
        for (int i = 0; i < kernel.length; i++) {
            long extent = (kernel[i] - 1) * dilations[i] + 1;
            if (strides[i] == 1) {
                begin[i] = (extent - 1) / 2;
                end[i] = extent - 1 - begin[i];
            } else if (sizes[i] < 0) {
                begin[i] = -1;
                end[i] = -1;
            } else {
                long windows = (sizes[i] + strides[i] - 1) / strides[i];
                long total = Math.max(0, (windows - 1) * strides[i] + extent - sizes[i]);
                begin[i] = total / 2;
                end[i] = total - begin[i];
            }
        }
        return new WindowReading(
                kernel, strides, dilations, begin, end, new long[kernel.length], true);
    }

    private static WindowReading lower(
            OnnxNode node, long[] kernel, long[] strides, long[] dilations, long[] sizes) {
        var upper = same(kernel, strides, dilations, sizes);
        node.require(upper.isKnown(), "its auto_pad depends on the size of its images");
        return new WindowReading(
                kernel,
                strides,
                dilations,
                upper.end,
                upper.begin,
                new long[kernel.length],
                Arrays.equals(upper.begin, upper.end));
    }

    /** The same window over an image, where the input is a sequence. */
    WindowReading ofInput(SpatialInput input) {
        return new WindowReading(
                input.withHeight(kernel, 1),
                input.withHeight(strides, strides[0]),
                input.withHeight(dilations, 1),
                input.withHeight(begin, 0),
                input.withHeight(end, 0),
                input.withHeight(ceil, 0),
                same);
    }

    /** The same zeros, added by a Pad. */
    WindowReading withPad() {
        return new WindowReading(kernel, strides, dilations, begin, end, ceil, false);
    }

    static long[] ones(int axes) {
        var ones = new long[axes];
        Arrays.fill(ones, 1);
        return ones;
    }

    private boolean isKnown() {
        return Arrays.stream(begin).allMatch(zeros -> zeros >= 0);
    }

    int axes() {
        return kernel.length;
    }

    /** Whether zeros are added at all. */
    boolean isPadded() {
        return Arrays.stream(begin).anyMatch(zeros -> zeros != 0)
                || Arrays.stream(end).anyMatch(zeros -> zeros != 0)
                || Arrays.stream(ceil).anyMatch(zeros -> zeros != 0);
    }

    boolean isDilated() {
        return Arrays.stream(dilations).anyMatch(dilation -> dilation != 1);
    }

    /** The {@code padding} attribute of TensorFlow, where the rest is added by a Pad. */
    String padding() {
        return same ? "SAME" : "VALID";
    }

    /** Zeros that a Pad has to add, before and behind each axis of {@code [N, ..., C]}. */
    long[][] paddings() {
        var paddings = new long[axes() + 2][2];
        for (int i = 0; i < axes(); i++) {
            paddings[i + 1][0] = begin[i];
            paddings[i + 1][1] = end[i] + ceil[i];
        }
        return paddings;
    }

    /** Values of the spatial axes as those of {@code [N, ..., C]}. */
    static long[] ofAllAxes(long[] spatial) {
        var all = ones(spatial.length + 2);
        System.arraycopy(spatial, 0, all, 1, spatial.length);
        return all;
    }
}
