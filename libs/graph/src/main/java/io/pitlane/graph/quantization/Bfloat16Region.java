package io.pitlane.graph.quantization;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes of a float graph that compute in bfloat16: layers, and what adds to, clips, pools or
 * moves their results alone, so that no conversions stand between them. Products are summed up in
 * float32; a value is rounded where a kernel stores it.
 */
public final class Bfloat16Region {
    private final FlatGraph graph;
    private final Set<String> nodes = new LinkedHashSet<>();

    private Bfloat16Region(FlatGraph graph) {
        this.graph = graph;
    }

    /**
     * The region of some layers.
     *
     * @param layers names of nodes that {@link #supported} names
     */
    static Bfloat16Region of(FlatGraph graph, Set<String> layers) {
        var region = new Bfloat16Region(graph);
        for (var node : graph.nodes()) {
            if (layers.contains(node.getName()) || region.follows(node)) {
                region.nodes.add(node.getName());
            }
        }
        return region;
    }

    /**
     * The layers of a graph for which TensorFlow has kernels of bfloat16 that are faster than those
     * of float32: convolutions of images that are neither grouped nor transposed, depthwise ones,
     * and dense layers, all with constant weights.
     */
    public static Set<String> supported(FlatGraph graph) {
        var shapes = InferredShapes.of(graph);
        return graph.nodes().stream()
                .filter(node -> isSupported(graph, shapes, node))
                .map(NodeDef::getName)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isSupported(FlatGraph graph, InferredShapes shapes, NodeDef node) {
        return switch (node.getOp()) {
            case "MatMul", "DepthwiseConv2dNative" -> hasKernel(graph, node);
            case "Conv2D" ->
                    hasKernel(graph, node)
                            && FloatTensor.of(graph.input(node, 1)).shape()[2]
                                    == shapes.of(TensorRef.parse(node.getInput(0))).get(3);
            default -> false;
        };
    }

    private static boolean hasKernel(FlatGraph graph, NodeDef node) {
        return Attributes.of(node).channelsLast() && FloatTensor.isFloatConst(graph.input(node, 1));
    }

    private boolean follows(NodeDef node) {
        if (!(adds(node) || isActivation(node) || moves(node))
                || Attributes.of(node).type("T", DataType.DT_FLOAT) != DataType.DT_FLOAT) {
            return false;
        }
        var inputs = valueSlots(node).stream().map(slot -> graph.input(node, slot)).toList();
        return inputs.stream().anyMatch(this::contains)
                && inputs.stream()
                        .allMatch(input -> contains(input) || FloatTensor.isFloatConst(input));
    }

    private static boolean adds(NodeDef node) {
        return Set.of("BiasAdd", "AddV2", "Add").contains(node.getOp());
    }

    private static boolean isActivation(NodeDef node) {
        return Set.of("Relu", "Relu6").contains(node.getOp());
    }

    private static boolean moves(NodeDef node) {
        return Set.of("MaxPool", "Reshape", "Squeeze", "ConcatV2", "Pad").contains(node.getOp());
    }

    /** Whether a node computes in bfloat16. */
    public boolean contains(NodeDef node) {
        return nodes.contains(node.getName());
    }

    /** Its nodes, in the order of the graph. */
    public List<NodeDef> nodes() {
        return nodes.stream().map(graph::node).toList();
    }

    /** The inputs of a node of the region that have values, not shapes. */
    public List<Integer> valueSlots(NodeDef node) {
        int count =
                switch (node.getOp()) {
                    case "Reshape", "Pad" -> 1;
                    case "ConcatV2" -> node.getInputCount() - 1;
                    default -> node.getInputCount();
                };
        return IntStream.range(0, count).boxed().toList();
    }

    /**
     * Whether a node of the region computes values that its kernel stores: those of a layer with
     * its bias, sum and activation are stored at the end.
     */
    boolean stores(NodeDef node) {
        return !moves(node)
                && graph.onlyConsumer(node.getName())
                        .filter(next -> contains(next) && (adds(next) || isActivation(next)))
                        .isEmpty();
    }
}
