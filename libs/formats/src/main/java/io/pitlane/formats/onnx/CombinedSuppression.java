package io.pitlane.formats.onnx;

import org.tensorflow.proto.DataType;

/**
 * CombinedNonMaxSuppression: non-maximum suppression of each class of each image, then the highest
 * scores of all classes. ONNX suppresses; what it keeps is written into a table of all scores, in
 * which everything else is below every score, and the highest of each image are taken from there.
 */
final class CombinedSuppression {
    private final OpNode node;
    private final long boxes;
    private final long classes;

    private CombinedSuppression(OpNode node, long boxes, long classes) {
        this.node = node;
        this.boxes = boxes;
        this.classes = classes;
    }

    /** Writes the node: boxes {@code [N, boxes, 1, 4]} and scores {@code [N, boxes, classes]}. */
    static void write(OpNode node) {
        var boxes = node.shape(0);
        var scores = node.shape(1);
        if (boxes.isUnknown() || boxes.get(2) != 1) {
            throw node.unsupported("every class has boxes of its own");
        }
        if (scores.isUnknown() || scores.get(1) < 0 || scores.get(2) < 0) {
            throw node.unsupported("the number of boxes or classes is not fixed");
        }
        new CombinedSuppression(node, scores.get(1), scores.get(2)).write();
    }

    private void write() {
        var corners = step("Squeeze", node.unchanged(0), node.vector("box", 2));
        var scores =
                node.step("Transpose")
                        .input(node.unchanged(1))
                        .attribute("perm", new long[] {0, 2, 1})
                        .add();
        long most = Math.min(total(), boxes * classes);
        var highest = highest(table(corners, scores), most);
        var isKept = step("Greater", highest[0], node.scalar("none", Float.NEGATIVE_INFINITY));
        var box = step("Mod", highest[1], node.index("boxes", boxes));
        var type = cast(step("Div", highest[1], node.index("boxes", boxes)), DataType.DT_FLOAT);
        result(1, kept(isKept, highest[0]), most, 2);
        result(2, kept(isKept, type), most, 2);
        result(0, boxes(corners, isKept, box), most, 3);
        var count =
                node.step("ReduceSum")
                        .input(cast(isKept, DataType.DT_INT32))
                        .input(node.vector("axis", 1))
                        .attribute("keepdims", 0);
        node.result(3, count.add(), AxisOrder.unchanged(1));
    }

    /** The scores {@code [N, classes, boxes]} that suppression keeps; all others are lower. */
    private String table(String corners, String scores) {
        var kept =
                node.step("NonMaxSuppression")
                        .input(corners)
                        .input(scores)
                        .input(single(2, DataType.DT_INT64))
                        .input(single(4, DataType.DT_FLOAT))
                        .input(single(5, DataType.DT_FLOAT))
                        .add();
        var shape = node.step("Shape").input(scores).add();
        var empty = step("Expand", node.scalar("empty", Float.NEGATIVE_INFINITY), shape);
        return node.step("ScatterND")
                .input(empty)
                .input(kept)
                .input(step("GatherND", scores, kept))
                .add();
    }

    /** The highest scores of each image and their places among its scores. */
    private String[] highest(String table, long most) {
        var flat = step("Reshape", table, node.vector("flat", 0, boxes * classes));
        var top = node.step("TopK").input(flat).input(node.vector("most", most)).add(2);
        return top.toArray(String[]::new);
    }

    private String boxes(String corners, String isKept, String box) {
        var indices = step("Unsqueeze", box, node.vector("coordinate", 2));
        var gathered =
                node.step("GatherND")
                        .input(corners)
                        .input(indices)
                        .attribute("batch_dims", 1)
                        .add();
        var clipped = gathered;
        if (node.attributes().bool("clip_boxes", true)) {
            clipped =
                    node.step("Clip")
                            .input(gathered)
                            .input(node.scalar("low", 0))
                            .input(node.scalar("high", 1))
                            .add();
        }
        return kept(step("Unsqueeze", isKept, node.vector("coordinate", 2)), clipped);
    }

    private String kept(String isKept, String values) {
        return node.step("Where").input(isKept).input(values).input(node.scalar("other", 0)).add();
    }

    /** An output of {@code [N, total]} or more axes, padded by zeros. */
    private void result(int index, String values, long most, int rank) {
        var tensor = values;
        if (most < total()) {
            var pads = new long[2 * rank];
            pads[rank + 1] = total() - most;
            tensor = step("Pad", values, node.vector("pads", pads));
        }
        node.result(index, tensor, AxisOrder.unchanged(rank));
    }

    /** How many boxes an image has in the result. */
    private long total() {
        long total = node.ints(3, "number of boxes")[0];
        return node.attributes().bool("pad_per_class", false)
                ? Math.min(total, node.ints(2, "number of boxes of a class")[0] * classes)
                : total;
    }

    private String single(int slot, DataType type) {
        var vector = step("Reshape", node.unchanged(slot), node.vector("one", 1));
        return type == DataType.DT_FLOAT ? vector : cast(vector, type);
    }

    private String cast(String tensor, DataType type) {
        return node.step("Cast").input(tensor).attribute("to", OnnxType.of(type)).add();
    }

    private String step(String opType, String first, String second) {
        return node.step(opType).input(first).input(second).add();
    }
}
