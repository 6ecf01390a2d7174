package io.pitlane.formats.onnx;

import io.pitlane.formats.export.UnsupportedNodeException;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The window that a convolution or a pooling slides over height and width. Every array holds the
 * height first.
 *
 * @param size rows and columns
 * @param strides how far it moves
 * @param dilations how far apart its rows and columns are
 * @param axes which axes of TensorFlow's tensors height and width are
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
    private static final List<Long> ONES = List.of(1L, 1L, 1L, 1L);

    /** The window of a node with the attributes of Conv2D. */
    static SpatialWindow of(OpNode node, long rows, long columns) {
        var attributes = node.attributes();
        int first = attributes.channelsLast() ? 1 : 2;
        var axes = new int[] {first, first + 1};
        var padding = attributes.string("padding", "");
        return new SpatialWindow(
                new long[] {rows, columns},
                spatial(attributes.ints("strides", ONES), axes),
                spatial(attributes.ints("dilations", ONES), axes),
                axes,
                padding,
                padding.equals("EXPLICIT")
                        ? explicit(attributes.ints("explicit_paddings", List.of()), axes)
                        : null);
    }

    /** Height and width of a list with an element for each axis of an image. */
    static long[] spatial(List<Long> list, int... axes) {
        var perAxis = list.isEmpty() ? ONES : list;
        return new long[] {perAxis.get(axes[0]), perAxis.get(axes[1])};
    }

    private static long[] explicit(List<Long> paddings, int... axes) {
        return new long[] {
            paddings.get(2 * axes[0]),
            paddings.get(2 * axes[0] + 1),
            paddings.get(2 * axes[1]),
            paddings.get(2 * axes[1] + 1)
        };
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
        if (dilations[0] != 1 || dilations[1] != 1) {
            node.attribute("dilations", dilations);
        }
        if (dependsOnOpenSize(images)) {
            if (dilations[0] != 1 || dilations[1] != 1) {
                throw new UnsupportedNodeException(
                        "its padding SAME with strides and dilations needs a fixed image size");
            }
            return node.attribute("auto_pad", "SAME_UPPER");
        }
        return node.attribute("pads", pads(images, null));
    }

    private boolean dependsOnOpenSize(Shape images) {
        return padding.equals("SAME")
                && (strides[0] != 1 && size(images, 0) < 0
                        || strides[1] != 1 && size(images, 1) < 0);
    }

    /**
     * Padding in ONNX's order: top, left, bottom, right. Of an odd number of rows or columns that
     * SAME adds, the larger half comes after the image.
     *
     * @param images what the window slides over
     * @param positions the result of the window, whose height and width are the numbers of its
     *     positions; null where they follow from the images
     */
    long[] pads(Shape images, Shape positions) {
        var pads = new long[4];
        for (int side = 0; side < 2; side++) {
            if (explicit != null) {
                pads[side] = explicit[2 * side];
                pads[side + 2] = explicit[2 * side + 1];
            } else if (padding.equals("SAME")) {
                long total = samePadding(side, images, positions);
                pads[side] = total / 2;
                pads[side + 2] = total - total / 2;
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

    /** Height (side 0) or width (side 1) of images; negative where it is not known. */
    long size(Shape images, int side) {
        return images.isUnknown() ? -1 : images.get(axes[side]);
    }
}
