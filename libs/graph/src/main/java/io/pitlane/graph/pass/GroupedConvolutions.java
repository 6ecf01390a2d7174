package io.pitlane.graph.pass;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.List;
import java.util.function.BiConsumer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Rewrites grouped convolutions so that TensorFlow can run them without oneDNN as well. Its own
 * kernels support several groups in a plain forward pass only: not in a convolution that is fused
 * with its bias and activation, and not in a gradient.
 */
public final class GroupedConvolutions {
    /** Attribute that keeps TensorFlow's graph optimizers from changing a node. */
    private static final String NOT_OPTIMIZED = "_grappler_do_not_remove";

    private static final int FILTER_INPUTS = 2;
    private static final int CHANNEL_AXIS = 3;

    private GroupedConvolutions() {}

    /**
     * The same graph, whose grouped convolutions no session of TensorFlow fuses. One that is not
     * known to have a single group counts as grouped.
     */
    public static FlatGraph unfused(FlatGraph graph) {
        return edited(graph, (edit, grouped) -> edit.put(unfused(grouped.node())));
    }

    /**
     * The same network, its grouped convolutions written as one convolution a group between a split
     * and a concatenation; one whose number of groups is not known stays as it is.
     */
    public static FlatGraph split(FlatGraph graph) {
        return edited(
                graph,
                (edit, grouped) -> {
                    if (grouped.groups() > 1) {
                        split(edit, grouped);
                    }
                });
    }

    /**
     * A convolution that may be grouped.
     *
     * @param groups their number; 0 where it is not known
     */
    private record Grouped(NodeDef node, int groups) {}

    private static FlatGraph edited(FlatGraph graph, BiConsumer<GraphEditor, Grouped> change) {
        var found = find(graph);
        if (found.isEmpty()) {
            return graph;
        }
        var edit = graph.edit();
        found.forEach(grouped -> change.accept(edit, grouped));
        return edit.build();
    }

    private static List<Grouped> find(FlatGraph graph) {
        var convolutions =
                graph.nodes().stream().filter(node -> node.getOp().equals("Conv2D")).toList();
        if (convolutions.isEmpty()) {
            return List.of();
        }
        var shapes = InferredShapes.of(graph);
        return convolutions.stream()
                .map(node -> new Grouped(node, groups(node, shapes)))
                .filter(convolution -> convolution.groups() != 1)
                .toList();
    }

    private static int groups(NodeDef convolution, InferredShapes shapes) {
        var input = shapes.of(TensorRef.parse(convolution.getInput(0)));
        var filter = shapes.of(TensorRef.parse(convolution.getInput(1)));
        if (input.numDimensions() != 4 || filter.numDimensions() != 4) {
            return 0;
        }
        boolean last = Attributes.of(convolution).channelsLast();
        long channels = input.get(last ? CHANNEL_AXIS : 1);
        long each = filter.get(FILTER_INPUTS);
        boolean known = channels != Shape.UNKNOWN_SIZE && each != Shape.UNKNOWN_SIZE;
        return known ? (int) (channels / each) : 0;
    }

    private static NodeDef unfused(NodeDef convolution) {
        return convolution.toBuilder()
                .putAttr(NOT_OPTIMIZED, AttrValue.newBuilder().setB(true).build())
                .build();
    }

    private static void split(GraphEditor edit, Grouped grouped) {
        var node = grouped.node();
        var type = Attributes.of(node).type("T", DataType.DT_FLOAT);
        boolean last = Attributes.of(node).channelsLast();
        var imageAxis = axis(edit, node.getName() + "/image_axis", last ? CHANNEL_AXIS : 1);
        var filterAxis = axis(edit, node.getName() + "/filter_axis", CHANNEL_AXIS);
        var images = parts(edit, grouped, node.getInput(0), imageAxis, "/images", type);
        var filters = parts(edit, grouped, node.getInput(1), filterAxis, "/filters", type);
        var joined =
                NodeBuilder.of("ConcatV2", node.getName())
                        .type("T", type)
                        .integer("N", grouped.groups());
        for (int i = 0; i < grouped.groups(); i++) {
            var name = edit.freshName(node.getName() + "/group");
            edit.put(
                    node.toBuilder()
                            .setName(name)
                            .setInput(0, new TensorRef(images, i).toString())
                            .setInput(1, new TensorRef(filters, i).toString())
                            .build());
            joined.input(name);
        }
        edit.put(joined.input(imageAxis).type("Tidx", DataType.DT_INT32).build());
    }

    private static String parts(
            GraphEditor edit,
            Grouped grouped,
            String tensor,
            String axis,
            String suffix,
            DataType type) {
        var name = edit.freshName(grouped.node().getName() + suffix);
        edit.put(
                NodeBuilder.of("Split", name)
                        .input(axis)
                        .input(tensor)
                        .type("T", type)
                        .integer("num_split", grouped.groups())
                        .build());
        return name;
    }

    private static String axis(GraphEditor edit, String wanted, int axis) {
        var name = edit.freshName(wanted);
        var scalar =
                TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto())
                        .addIntVal(axis)
                        .build();
        edit.put(NodeBuilder.constant(name, scalar));
        return name;
    }
}
