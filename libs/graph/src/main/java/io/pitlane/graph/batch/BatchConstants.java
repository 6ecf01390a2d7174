package io.pitlane.graph.batch;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Values that a graph holds once for every image of a fixed batch, such as zeros that are
 * concatenated to a feature map: where they are the same for every image, one is kept, and
 * broadcast or filled to the batch.
 */
final class BatchConstants {
    private static final Set<Kind> BROADCASTING =
            Set.of(
                    Kind.ADDITION,
                    Kind.SUBTRACTION,
                    Kind.MULTIPLICATION,
                    Kind.DIVISION,
                    Kind.COMPARISON,
                    Kind.BROADCAST);

    /** Operations whose inputs must all have the same batch size. */
    private static final Set<String> SAME_SIZE = Set.of("ConcatV2", "Pack", "AddN");

    private final FlatGraph graph;
    private final BatchAxes axes;
    private final GraphEditor edit;
    private final DynamicSizes sizes;

    BatchConstants(FlatGraph graph, BatchAxes axes, GraphEditor edit, DynamicSizes sizes) {
        this.graph = graph;
        this.axes = axes;
        this.edit = edit;
        this.sizes = sizes;
    }

    /**
     * Where a batch arrives at a node.
     *
     * @param tensor an input that depends on the batch
     * @param axis its batch axis
     * @param rank its number of dimensions
     * @param size its size along that axis in the fixed batch
     */
    private record Arrival(TensorRef tensor, int axis, int rank, long size) {}

    /** Opens the constant inputs of one node; whether something changed. */
    boolean open(NodeDef node) {
        boolean sameSize = SAME_SIZE.contains(node.getOp());
        if (!sameSize && !BROADCASTING.contains(Operations.of(node).kind())) {
            return false;
        }
        var arrival = arrival(node);
        if (arrival.isEmpty()) {
            return false;
        }
        boolean changed = false;
        for (int slot = 0; slot < node.getInputCount(); slot++) {
            changed |= open(node, slot, arrival.get(), sameSize);
        }
        return changed;
    }

    private Optional<Arrival> arrival(NodeDef node) {
        return node.getInputList().stream()
                .map(TensorRef::parse)
                .filter(tensor -> axes.of(tensor).isPresent())
                .findFirst()
                .map(
                        tensor -> {
                            int axis = axes.of(tensor).getAsInt();
                            var fixed = axes.fixedSizes(tensor);
                            return new Arrival(tensor, axis, fixed.length, fixed[axis]);
                        });
    }

    private boolean open(NodeDef node, int slot, Arrival arrival, boolean sameSize) {
        var input = TensorRef.parse(node.getInput(slot));
        var fixed = axes.fixedSizes(input);
        if (fixed == null || axes.carries(input)) {
            return false;
        }
        // Broadcasting aligns the last axes.
        int at = fixed.length - arrival.rank() + arrival.axis();
        if (at < 0 || fixed[at] != arrival.size() || !sameSize && arrival.size() == 1) {
            return false;
        }
        var one = one(node.getName(), graph.input(node, slot), at);
        var opened = sameSize ? one.map(value -> filled(node, value, fixed, at, arrival)) : one;
        opened.ifPresent(tensor -> edit.setInput(node.getName(), slot, tensor));
        return opened.isPresent();
    }

    /** The values for one image, if they are the same for all. */
    private Optional<TensorRef> one(String user, NodeDef source, int axis) {
        if (FloatTensor.isFloatConst(source)) {
            var all = FloatTensor.of(source);
            var firstRepeated = all.select(axis, new int[Math.toIntExact(all.shape()[axis])]);
            return firstRepeated.equals(all)
                    ? Optional.of(put(all.select(axis, new int[1]).toConst(fresh(user, "value"))))
                    : Optional.empty();
        }
        if (!source.getOp().equals("Fill")) {
            return Optional.empty();
        }
        return IntConstant.of(graph.input(source, 0))
                .map(dims -> put(dims.with(axis, 1).toConst(fresh(user, "dims"))))
                .map(
                        dims ->
                                put(
                                        source.toBuilder()
                                                .setName(fresh(user, "value"))
                                                .setInput(0, dims.toString())
                                                .build()));
    }

    /** The values of one image, repeated for every image of a batch. */
    private TensorRef filled(NodeDef user, TensorRef one, long[] fixed, int at, Arrival arrival) {
        var wanted = new IntConstant(DataType.DT_INT32, false, fixed);
        var dims = sizes.of(user.getName(), wanted, at, arrival.tensor(), arrival.axis());
        var value = edit.node(one.node());
        var name = fresh(user.getName(), "values");
        var scalar = scalar(user.getName(), value);
        return put(
                scalar.map(
                                number ->
                                        NodeBuilder.of("Fill", name)
                                                .input(dims)
                                                .input(number)
                                                .type("T", DataType.DT_FLOAT)
                                                .type("index_type", DataType.DT_INT32))
                        .orElseGet(
                                () ->
                                        NodeBuilder.of("BroadcastTo", name)
                                                .input(one)
                                                .input(dims)
                                                .type("T", sizes.typeOf(one))
                                                .type("Tidx", DataType.DT_INT32))
                        .build());
    }

    /** The only number that a constant holds, as a scalar. */
    private Optional<TensorRef> scalar(String user, NodeDef constant) {
        if (!FloatTensor.isFloatConst(constant)) {
            return Optional.empty();
        }
        var values = FloatTensor.of(constant).values();
        boolean same =
                LongStream.range(0, values.length)
                        .allMatch(i -> Float.compare(values[(int) i], values[0]) == 0);
        return same && values.length > 0
                ? Optional.of(
                        put(
                                new FloatTensor(new float[] {values[0]})
                                        .toConst(fresh(user, "number"))))
                : Optional.empty();
    }

    private String fresh(String user, String name) {
        return edit.freshName(user + "/dynamic_batch/" + name);
    }

    private TensorRef put(NodeDef node) {
        edit.put(node);
        return TensorRef.of(node.getName());
    }
}
