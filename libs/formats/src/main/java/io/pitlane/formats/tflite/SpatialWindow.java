package io.pitlane.formats.tflite;

import java.util.List;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.PadOptionsT;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.ndarray.Shape;

/**
 * How a convolution or a pooling slides over images {@code [N, H, W, C]}.
 *
 * @param rows how many rows it moves at a time
 * @param columns how many columns
 * @param dilatedRows how far apart the rows of the kernel are
 * @param dilatedColumns how far apart its columns are
 * @param padding {@code SAME}, {@code VALID} or {@code EXPLICIT}
 * @param explicit two for every axis, where the padding is explicit
 */
record SpatialWindow(
        int rows,
        int columns,
        int dilatedRows,
        int dilatedColumns,
        String padding,
        List<Long> explicit) {
    private static final List<Long> ONES = List.of(1L, 1L, 1L, 1L);

    /** That of a node with the attributes of Conv2D. */
    static SpatialWindow of(OpNode node) {
        node.requireChannelsLast();
        var attributes = node.attributes();
        var strides = orOnes(attributes.ints("strides", ONES));
        var dilations = orOnes(attributes.ints("dilations", ONES));
        return new SpatialWindow(
                strides.get(1).intValue(),
                strides.get(2).intValue(),
                dilations.get(1).intValue(),
                dilations.get(2).intValue(),
                attributes.string("padding", ""),
                attributes.ints("explicit_paddings", List.of()));
    }

    private static List<Long> orOnes(List<Long> perAxis) {
        return perAxis.isEmpty() ? ONES : perAxis;
    }

    boolean isDilated() {
        return dilatedRows != 1 || dilatedColumns != 1;
    }

    /** The schema's number of the padding. */
    byte schemaPadding() {
        return padding.equals("SAME") ? Padding.SAME : Padding.VALID;
    }

    /** The images, with the explicit padding of zeros where there is one. */
    TfliteTensor padded(OpNode node, TfliteTensor images) {
        return isExplicit()
                ? add(
                        node,
                        node.operator(BuiltinOperator.PAD)
                                .input(images)
                                .input(amounts(node))
                                .options(BuiltinOptions.PadOptions, new PadOptionsT()),
                        images)
                : images;
    }

    /** The images, with an explicit padding of this value where there is one. */
    TfliteTensor padded(OpNode node, TfliteTensor images, float value) {
        return isExplicit()
                ? add(
                        node,
                        node.operator(BuiltinOperator.PADV2)
                                .input(images)
                                .input(amounts(node))
                                .input(node.scalar("padding/value", value)),
                        images)
                : images;
    }

    boolean isExplicit() {
        return padding.equals("EXPLICIT");
    }

    private TfliteTensor amounts(OpNode node) {
        return node.pairs("padding", explicit.stream().mapToLong(amount -> amount).toArray());
    }

    private TfliteTensor add(OpNode node, OperatorWriter operator, TfliteTensor images) {
        var sizes = node.shape(0).asArray();
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] >= 0) {
                sizes[axis] += explicit.get(2 * axis) + explicit.get(2 * axis + 1);
            }
        }
        return node.stepLike(operator, images, Shape.of(sizes));
    }
}
