package io.pitlane.graph.batch;

import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.RegisteredOps;
import org.tensorflow.proto.DataType;

/** Builds vectors of sizes of which one is read from a tensor while the model runs. */
final class DynamicSizes {
    private final GraphEditor edit;

    DynamicSizes(GraphEditor edit) {
        this.edit = edit;
    }

    /**
     * The sizes, one of them replaced by that of a tensor's axis: {@code Shape}, {@code
     * StridedSlice}, {@code Pack}, as exporters write it.
     *
     * @param prefix begins the names of the new nodes
     * @param at which element is replaced
     */
    TensorRef of(String prefix, IntConstant sizes, int at, TensorRef like, int axis) {
        var type = sizes.dtype();
        var base = prefix + "/dynamic_batch/";
        var size = element(base, type, like, axis);
        var name = edit.freshName(base + "sizes");
        var pack = NodeBuilder.of("Pack", name);
        for (int i = 0; i < sizes.values().length; i++) {
            pack.input(
                    i == at
                            ? size
                            : constant(
                                    base + i,
                                    new IntConstant(type, true, new long[] {sizes.values()[i]})));
        }
        edit.put(
                pack.integer("N", sizes.values().length)
                        .type("T", type)
                        .integer("axis", 0)
                        .build());
        return TensorRef.of(name);
    }

    private TensorRef element(String base, DataType type, TensorRef like, int axis) {
        var shape = edit.freshName(base + "shape");
        edit.put(
                NodeBuilder.of("Shape", shape)
                        .input(like)
                        .type("T", typeOf(like))
                        .type("out_type", type)
                        .build());
        var name = edit.freshName(base + "size");
        edit.put(
                NodeBuilder.of("StridedSlice", name)
                        .input(shape)
                        .input(vector(base + "begin", axis))
                        .input(vector(base + "end", axis + 1))
                        .input(vector(base + "stride", 1))
                        .type("T", type)
                        .type("Index", DataType.DT_INT32)
                        .integer("shrink_axis_mask", 1)
                        .build());
        return TensorRef.of(name);
    }

    /** The element type of a tensor. */
    DataType typeOf(TensorRef tensor) {
        return RegisteredOps.outputTypes(edit.node(tensor.node())).get(tensor.index());
    }

    private TensorRef vector(String name, long value) {
        return constant(name, new IntConstant(DataType.DT_INT32, false, new long[] {value}));
    }

    private TensorRef constant(String wanted, IntConstant value) {
        var name = edit.freshName(wanted);
        edit.put(value.toConst(name));
        return TensorRef.of(name);
    }
}
