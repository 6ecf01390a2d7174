package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
import org.tensorflow.proto.DataType;

/** Operations that select some of the values, by the values themselves or by computed indices. */
final class Selections {
    private Selections() {}

    /** TopKV2 along the last axis: of equal values both formats take the first. */
    static void topK(OpNode node) {
        int rank = node.rank(0);
        var outputs =
                node.write("TopK")
                        .input(node.unchanged(0))
                        .input(single(node, 1, DataType.DT_INT64))
                        .attribute("axis", rank - 1)
                        .attribute("sorted", node.attributes().bool("sorted", true) ? 1 : 0)
                        .add(2);
        var type = node.attributes().type("index_type", DataType.DT_INT32);
        node.result(0, outputs.get(0), AxisOrder.unchanged(rank));
        node.result(1, cast(node, outputs.get(1), type), AxisOrder.unchanged(rank));
    }

    /** Where of one tensor: the indices of what is not zero, a row for each. */
    static void nonZero(OpNode node) {
        var columns = node.step("NonZero").input(node.unchanged(0)).add();
        var rows = node.write("Transpose").input(columns).attribute("perm", new long[] {1, 0});
        node.result(rows.add(), AxisOrder.unchanged(2));
    }

    /** GatherNd: the last axis of the indices names one element, or one slice. */
    static void gatherNd(OpNode node) {
        var indices = node.shape(1);
        int last = indices.numDimensions() - 1;
        if (indices.isUnknown() || indices.get(last) < 0) {
            throw node.unsupported("the length of its indices is not fixed");
        }
        var gathered =
                node.write("GatherND")
                        .input(node.unchanged(0))
                        .input(cast(node, node.unchanged(1), DataType.DT_INT64));
        int rank = last + node.rank(0) - (int) indices.get(last);
        node.result(gathered.add(), AxisOrder.unchanged(rank));
    }

    /**
     * NonMaxSuppressionV3: boxes {@code [boxes, 4]} and scores {@code [boxes]} are those of one
     * image and one class of the ONNX operation, whose rows end with the index of a box.
     */
    static void nonMaxSuppression(OpNode node) {
        var rows =
                node.step("NonMaxSuppression")
                        .input(unsqueezed(node, 0, 0))
                        .input(unsqueezed(node, 1, 0, 1))
                        .input(single(node, 2, DataType.DT_INT64))
                        .input(single(node, 3, DataType.DT_FLOAT))
                        .input(single(node, 4, DataType.DT_FLOAT))
                        .add();
        var boxes =
                node.step("Gather")
                        .input(rows)
                        .input(node.index("box", 2))
                        .attribute("axis", 1)
                        .add();
        var typed = node.write("Cast").input(boxes);
        typed.attribute("to", OnnxType.of(DataType.DT_INT32));
        node.result(typed.add(), AxisOrder.unchanged(1));
    }

    /** OneHot along a new axis, with constant values. */
    static void oneHot(OpNode node) {
        float on = node.floats(2, "value").values()[0];
        float off = node.floats(3, "value").values()[0];
        var values = new FloatTensor(new float[] {off, on}, 2);
        int rank = node.rank(0) + 1;
        var table =
                node.write("OneHot")
                        .input(cast(node, node.unchanged(0), DataType.DT_INT64))
                        .input(node.vector("depth", node.ints(1, "depth")[0]))
                        .input(node.constant("values", values))
                        .attribute("axis", node.attributes().integer("axis", -1));
        node.result(table.add(), AxisOrder.unchanged(rank));
    }

    private static String unsqueezed(OpNode node, int slot, long... axes) {
        return node.step("Unsqueeze")
                .input(node.unchanged(slot))
                .input(node.vector("axes", axes))
                .add();
    }

    /** A scalar as a vector of one element. */
    private static String single(OpNode node, int slot, DataType type) {
        var vector =
                node.step("Reshape").input(node.unchanged(slot)).input(node.vector("one", 1)).add();
        return type == DataType.DT_FLOAT ? vector : cast(node, vector, type);
    }

    private static String cast(OpNode node, String tensor, DataType type) {
        return node.step("Cast").input(tensor).attribute("to", OnnxType.of(type)).add();
    }
}
