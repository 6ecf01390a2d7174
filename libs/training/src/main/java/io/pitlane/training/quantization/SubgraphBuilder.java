package io.pitlane.training.quantization;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;

/** Adds float32 operations below one name scope; each method returns the name of its node. */
final class SubgraphBuilder {
    private final GraphEditor editor;
    private final String scope;

    SubgraphBuilder(GraphEditor editor, String scope) {
        this.editor = editor;
        this.scope = scope + "/";
    }

    String constant(String name, FloatTensor value) {
        editor.put(value.toConst(scope + name));
        return scope + name;
    }

    String constant(String name, double value) {
        return constant(name, new FloatTensor(new float[] {(float) value}));
    }

    String unary(String op, String name, String x) {
        return put(NodeBuilder.of(op, scope + name).input(x).type("T", DT_FLOAT));
    }

    String binary(String op, String name, String x, String y) {
        return put(NodeBuilder.of(op, scope + name).input(x).input(y).type("T", DT_FLOAT));
    }

    String reshape(String name, String x, int... shape) {
        return put(
                NodeBuilder.of("Reshape", scope + name)
                        .input(x)
                        .input(ints(name + "/shape", shape))
                        .type("T", DT_FLOAT)
                        .type("Tshape", DT_INT32));
    }

    String transpose(String name, String x, int... order) {
        return put(
                NodeBuilder.of("Transpose", scope + name)
                        .input(x)
                        .input(ints(name + "/perm", order))
                        .type("T", DT_FLOAT)
                        .type("Tperm", DT_INT32));
    }

    /** Some rows of a matrix. */
    String rows(String name, String x, int from, int count) {
        return put(
                NodeBuilder.of("Slice", scope + name)
                        .input(x)
                        .input(ints(name + "/begin", from, 0))
                        .input(ints(name + "/size", count, -1))
                        .type("T", DT_FLOAT)
                        .type("Index", DT_INT32));
    }

    /** A matrix with a row of zeros above and below. */
    String framed(String name, String x) {
        var paddings = scope + name + "/paddings";
        editor.put(NodeBuilder.intVector(paddings + "/values", 1, 1, 0, 0));
        editor.put(NodeBuilder.intVector(paddings + "/shape", 2, 2));
        editor.put(
                NodeBuilder.of("Reshape", paddings)
                        .input(paddings + "/values")
                        .input(paddings + "/shape")
                        .type("T", DT_INT32)
                        .type("Tshape", DT_INT32)
                        .build());
        return put(
                NodeBuilder.of("Pad", scope + name)
                        .input(x)
                        .input(paddings)
                        .type("T", DT_FLOAT)
                        .type("Tpaddings", DT_INT32));
    }

    private String ints(String name, int... values) {
        editor.put(NodeBuilder.intVector(scope + name, values));
        return scope + name;
    }

    private String put(NodeBuilder builder) {
        var node = builder.build();
        editor.put(node);
        return node.getName();
    }
}
