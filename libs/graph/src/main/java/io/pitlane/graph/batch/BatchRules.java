package io.pitlane.graph.batch;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/** How each operation is freed of a batch size that is written into its constants. */
final class BatchRules {
    /** Slot 0 holds the sizes of the result, slot 2 the tensor whose batch it has. */
    private static final Set<String> TRANSPOSED_CONVOLUTIONS =
            Set.of(
                    "Conv2DBackpropInput",
                    "DepthwiseConv2dNativeBackpropInput",
                    "Conv3DBackpropInputV2");

    private final FlatGraph graph;
    private final BatchAxes axes;
    private final long size;
    private final GraphEditor edit;
    private final DynamicSizes sizes;
    private final BatchConstants constants;

    /**
     * The rules for one graph.
     *
     * @param size the fixed batch size
     * @param edit receives the changes
     */
    BatchRules(FlatGraph graph, BatchAxes axes, long size, GraphEditor edit) {
        this.graph = graph;
        this.axes = axes;
        this.size = size;
        this.edit = edit;
        this.sizes = new DynamicSizes(edit);
        this.constants = new BatchConstants(graph, axes, edit, sizes);
    }

    /** Opens the constants of one node; whether something changed. */
    boolean open(NodeDef node) {
        return switch (node.getOp()) {
            case "Reshape" -> reshape(node);
            case "Slice" -> slice(node);
            case "StridedSlice" -> stridedSlice(node);
            case "BroadcastTo" -> broadcast(node);
            default ->
                    TRANSPOSED_CONVOLUTIONS.contains(node.getOp())
                            ? transposedConvolution(node)
                            : constants.open(node);
        };
    }

    private Optional<IntConstant> constant(NodeDef node, int slot) {
        return IntConstant.of(graph.input(node, slot));
    }

    /** Replaces a constant input by another, of its own name: others may use the old one. */
    private boolean replace(NodeDef node, int slot, IntConstant by) {
        var name = edit.freshName(node.getName() + "/dynamic_batch");
        edit.put(by.toConst(graph.input(node, slot), name));
        edit.setInput(node.getName(), slot, TensorRef.of(name));
        return true;
    }

    private boolean reshape(NodeDef node) {
        var axis = axes.ofInput(node, 0);
        var wanted = constant(node, 1);
        var before = axes.fixedSizes(TensorRef.parse(node.getInput(0)));
        var after = axes.fixedSizes(TensorRef.of(node.getName()));
        if (axis.isEmpty() || wanted.isEmpty() || after == null) {
            return false;
        }
        int target = spanning(before, axis.getAsInt(), after);
        if (target < 0 || wanted.get().values()[target] == -1) {
            return false;
        }
        var opened = wanted.get();
        for (int i = 0; i < after.length; i++) {
            if (opened.values()[i] == -1) {
                if (after[i] < 0) {
                    return false;
                }
                opened = opened.with(i, after[i]);
            }
        }
        return replace(node, 1, opened.with(target, -1));
    }

    /**
     * The axis of a reshape's result that grows with the batch axis: one of those that it is split
     * into, or the one that it is merged into; -1 when there is none. Of several, the one of
     * exactly the batch size, else the first.
     */
    private int spanning(long[] before, int axis, long[] after) {
        long start = BatchAxes.product(before, axis);
        long end = start * before[axis];
        int found = -1;
        for (int i = 0; start > 0 && i < after.length; i++) {
            long from = BatchAxes.product(after, i);
            long to = from * after[i];
            boolean part = from >= start && to <= end;
            boolean whole = from <= start && to >= end;
            if (from > 0 && after[i] > 0 && after[i] % size == 0 && (part || whole)) {
                if (after[i] == size) {
                    return i;
                }
                found = found < 0 ? i : found;
            }
        }
        return found;
    }

    private boolean slice(NodeDef node) {
        var axis = axes.ofInput(node, 0);
        var begin = constant(node, 1);
        var count = constant(node, 2);
        if (axis.isEmpty() || begin.isEmpty() || count.isEmpty()) {
            return false;
        }
        long whole = axes.fixedSizes(TensorRef.parse(node.getInput(0)))[axis.getAsInt()];
        boolean takesAll =
                begin.get().values()[axis.getAsInt()] == 0
                        && count.get().values()[axis.getAsInt()] == whole;
        return takesAll && replace(node, 2, count.get().with(axis.getAsInt(), -1));
    }

    private boolean stridedSlice(NodeDef node) {
        var axis = axes.ofInput(node, 0);
        var attributes = Attributes.of(node);
        if (axis.isEmpty()
                || attributes.integer("ellipsis_mask", 0) != 0
                || attributes.integer("new_axis_mask", 0) != 0) {
            return false;
        }
        int at = axis.getAsInt();
        long bit = 1L << at;
        long endMask = attributes.integer("end_mask", 0);
        if ((endMask & bit) != 0 || (attributes.integer("shrink_axis_mask", 0) & bit) != 0) {
            return false;
        }
        long whole = axes.fixedSizes(TensorRef.parse(node.getInput(0)))[at];
        boolean fromStart = (attributes.integer("begin_mask", 0) & bit) != 0 || is(node, 1, at, 0);
        if (!fromStart || !is(node, 2, at, whole) || !is(node, 3, at, 1)) {
            return false;
        }
        edit.put(
                edit.node(node.getName()).toBuilder()
                        .putAttr("end_mask", AttrValue.newBuilder().setI(endMask | bit).build())
                        .build());
        return true;
    }

    private boolean is(NodeDef node, int slot, int at, long value) {
        return constant(node, slot)
                .filter(c -> at < c.values().length && c.values()[at] == value)
                .isPresent();
    }

    private boolean broadcast(NodeDef node) {
        var axis = axes.ofInput(node, 0);
        var wanted = constant(node, 1);
        if (axis.isEmpty() || wanted.isEmpty()) {
            return false;
        }
        var x = TensorRef.parse(node.getInput(0));
        int shift = wanted.get().values().length - axes.fixedSizes(x).length;
        return replaceByDynamic(node, 1, wanted.get(), axis.getAsInt() + shift, x);
    }

    private boolean transposedConvolution(NodeDef node) {
        var axis = axes.ofInput(node, 2);
        var wanted = constant(node, 0);
        return axis.isPresent()
                && wanted.isPresent()
                && axis.getAsInt() < wanted.get().values().length
                && wanted.get().values().length == 4 + (node.getOp().startsWith("Conv3D") ? 1 : 0)
                && replaceByDynamic(
                        node, 0, wanted.get(), axis.getAsInt(), TensorRef.parse(node.getInput(2)));
    }

    private boolean replaceByDynamic(
            NodeDef node, int slot, IntConstant wanted, int at, TensorRef like) {
        long whole = axes.fixedSizes(like)[axes.of(like).getAsInt()];
        if (wanted.values()[at] != whole) {
            return false;
        }
        var dynamic = sizes.of(node.getName(), wanted, at, like, axes.of(like).getAsInt());
        edit.setInput(node.getName(), slot, dynamic);
        return true;
    }
}
