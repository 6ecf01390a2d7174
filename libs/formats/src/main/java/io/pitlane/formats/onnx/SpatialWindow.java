package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;

/**
 * The window that a convolution or a pooling slides over height and width, or over depth, height
 * and width. Every array holds the first of these axes first.
 *
 * @param size of each side
 * @param strides how far it moves
 * @param dilations how far apart its rows and columns are
 * @param axes which axes of TensorFlow's tensors they are
 * @param padding {@code SAME}, {@code VALID} or {@code EXPLICIT}
 * @param explicit rows above and below, columns left and right; null unless the padding is explicit
 */
record SpatialWindow(
        long[] size,
        long[] strides,
        long[] dilations,
        int[] axes,
        String padding,
        long[] explicit) {

    /** The window of a node with the attributes of Conv2D or Conv3D. */
    static SpatialWindow of(OpNode node, long... size) {
        var attributes = node.attributes();
        int first = attributes.channelsLast() ? 1 : 2;
        var axes = IntStream.range(first, first + size.length).toArray();
        var padding = attributes.string("padding", "");
        return new SpatialWindow(
                size,
                spatial(attributes.ints("strides", List.of()), axes),
                spatial(attributes.ints("dilations", List.of()), axes),
                axes,
                padding,
                padding.equals("EXPLICIT")
                        ? explicit(attributes.ints("explicit_paddings", List.of()), axes)
                        : null);
    }

    /** The elements for some axes of a list with one for each axis of an image; 1 of none. */
    static long[] spatial(List<Long> list, int... axes) {
        return Arrays.stream(axes).mapToLong(axis -> list.isEmpty() ? 1 : list.get(axis)).toArray();
    }

    private static long[] explicit(List<Long> paddings, int... axes) {
        return Arrays.stream(axes)
                .flatMap(axis -> IntStream.of(2 * axis, 2 * axis + 1))
                .mapToLong(paddings::get)
                .toArray();
    }

    /** Rows or columns from the first to the last that it covers. */
    long extent(int side) {
        return (size[side] - 1) * dilations[side] + 1;
    }

    /**
     * Writes window and padding of a Conv, MaxPool or AveragePool over images of this shape.
     *
     * @throws UnsupportedNodeException when the padding depends on a size that is not known
     */
    NodeWriter describe(NodeWriter node, Shape images) {
        node.attribute("kernel_shape", size).attribute("strides", strides);
        if (isDilated()) {
            node.attribute("dilations", dilations);
        }
        if (dependsOnOpenSize(images)) {
            if (isDilated()) {
                throw new UnsupportedNodeException(
                        "its padding SAME with strides and dilations needs a fixed image size");
            }
            return node.attribute("auto_pad", "SAME_UPPER");
        }
        return node.attribute("pads", pads(images, null));
    }

    private boolean isDilated() {
        return Arrays.stream(dilations).anyMatch(dilation -> dilation != 1);
    }

    private boolean dependsOnOpenSize(Shape images) {
        return padding.equals("SAME")
                && IntStream.range(0, size.length)
                        .anyMatch(side -> strides[side] != 1 && size(images, side) < 0);
    }

    /**
     * Padding in ONNX's order: at the beginning of each side, then at the end of each. Of an odd
     * number of rows or columns that SAME adds, the larger half comes after the image.
     *
     * @param images what the window slides over
     * @param positions the result of the window, whose sizes are the numbers of its positions; null
     *     where they follow from the images
     */
    long[] pads(Shape images, Shape positions) {
        var pads = new long[2 * size.length];
        for (int side = 0; side < size.length; side++) {
            if (explicit != null) {
                pads[side] = explicit[2 * side];
                pads[side + size.length] = explicit[2 * side + 1];
            } else if (padding.equals("SAME")) {
                long total = samePadding(side, images, positions);
                pads[side] = total / 2;
                pads[side + size.length] = total - total / 2;
            }
        }
        return pads;
    }

    private long samePadding(int side, Shape images, Shape positions) {
        if (strides[side] == 1 && positions == null) {
            return extent(side) - 1;
        }
        long length = size(images, side);
        long steps =
                positions == null
                        ? (length + strides[side] - 1) / strides[side]
                        : size(positions, side);
        return Math.max((steps - 1) * strides[side] + extent(side) - length, 0);
    }

    /** The size of images along a side; negative where it is not known. */
    long size(Shape images, int side) {
        return images.isUnknown() ? -1 : images.get(axes[side]);
    }
}
