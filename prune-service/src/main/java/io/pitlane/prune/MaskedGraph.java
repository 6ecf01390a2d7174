package io.pitlane.prune;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.channels.dependency.WeightSlice.Role;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.DataType;

/**
 * A graph whose channels are masked by a vector that is fed, so that one session computes what the
 * graph without any of them would. A channel is masked where it is read: the weights of every layer
 * that consumes it are multiplied by 0. Whatever else it passes on the way treats each channel by
 * itself; otherwise the channel could not be removed.
 */
final class MaskedGraph {
    private static final String MASK = "pitlane/channels";

    private final DependencyGraph dependencies;
    private final Map<Integer, Integer> positions = new LinkedHashMap<>();
    private final FlatGraph graph;

    /**
     * Makes the channels of a graph maskable.
     *
     * @param dependencies of the channels of the graph
     */
    MaskedGraph(FlatGraph unmasked, DependencyGraph dependencies) {
        this.dependencies = dependencies;
        var editor = unmasked.edit();
        for (var slice : dependencies.slices()) {
            if (slice.role() == Role.CONSUMES) {
                mask(slice, editor);
            }
        }
        editor.put(
                NodeBuilder.of("Placeholder", MASK)
                        .type("dtype", DataType.DT_FLOAT)
                        .shape("shape", Math.max(1, positions.size()))
                        .build());
        this.graph = editor.build();
    }

    /** The graph; {@link #without} must be fed. */
    FlatGraph graph() {
        return graph;
    }

    /** What is fed for these channels to be masked. */
    InputValue without(Set<Integer> removed) {
        var values = new float[Math.max(1, positions.size())];
        positions.forEach(
                (channel, position) -> values[position] = removed.contains(channel) ? 0 : 1);
        var port =
                new GraphSignature.Port(
                        MASK, TensorRef.of(MASK), DataType.DT_FLOAT, List.of((long) values.length));
        return new InputValue(port, new FloatTensor(values, values.length));
    }

    private void mask(WeightSlice slice, GraphEditor editor) {
        var weight = slice.constant();
        var indices =
                Arrays.stream(slice.channels().ids())
                        .map(dependencies::root)
                        .map(root -> positions.computeIfAbsent(root, r -> positions.size()))
                        .toArray();
        var shape = new int[FloatTensor.of(editor.node(weight)).rank()];
        Arrays.fill(shape, 1);
        shape[slice.channels().axis()] = indices.length;
        var gathered =
                put(
                        editor,
                        NodeBuilder.of("GatherV2", editor.freshName(weight + "/mask"))
                                .input(MASK)
                                .input(vector(editor, weight + "/channels", indices))
                                .input(scalar(editor, weight + "/axis"))
                                .type("Tparams", DataType.DT_FLOAT)
                                .type("Tindices", DataType.DT_INT32)
                                .type("Taxis", DataType.DT_INT32));
        var along =
                put(
                        editor,
                        NodeBuilder.of("Reshape", editor.freshName(weight + "/mask"))
                                .input(gathered)
                                .input(vector(editor, weight + "/shape", shape))
                                .type("T", DataType.DT_FLOAT)
                                .type("Tshape", DataType.DT_INT32));
        var masked = editor.freshName(weight + "/masked");
        editor.redirect(TensorRef.of(weight), TensorRef.of(masked));
        put(
                editor,
                NodeBuilder.of("Mul", masked)
                        .input(weight)
                        .input(along)
                        .type("T", DataType.DT_FLOAT));
    }

    private static String put(GraphEditor editor, NodeBuilder node) {
        var built = node.build();
        editor.put(built);
        return built.getName();
    }

    private static String vector(GraphEditor editor, String wanted, int[] values) {
        var name = editor.freshName(wanted);
        editor.put(NodeBuilder.intVector(name, values));
        return name;
    }

    private static String scalar(GraphEditor editor, String wanted) {
        var name = editor.freshName(wanted);
        var zero = NodeBuilder.intVector(name, 0).getAttrOrThrow("value").getTensor().toBuilder();
        zero.setTensorShape(NodeBuilder.shapeProto());
        editor.put(NodeBuilder.constant(name, zero.build()));
        return name;
    }
}
