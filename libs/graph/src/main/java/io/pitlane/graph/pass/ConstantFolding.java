package io.pitlane.graph.pass;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorProtos;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.operation.RegisteredOps;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Evaluates nodes that depend on constants only and replaces them by the result.
 *
 * <p>Random and otherwise stateful operations stay, and so do the fake quantization of weights and
 * what would grow: a result may be at most {@value #GROWTH} times as large as the largest constant
 * it comes from, or {@value #ALWAYS_SMALL} bytes.
 */
public final class ConstantFolding {
    private static final long GROWTH = 4;
    private static final long ALWAYS_SMALL = 65_536;

    private static final Map<DataType, Integer> BYTES =
            Map.of(
                    DataType.DT_FLOAT, 4,
                    DataType.DT_DOUBLE, 8,
                    DataType.DT_HALF, 2,
                    DataType.DT_BFLOAT16, 2,
                    DataType.DT_INT32, 4,
                    DataType.DT_INT64, 8,
                    DataType.DT_UINT8, 1,
                    DataType.DT_BOOL, 1);

    /** The same graph with constants in place of constant computations. */
    public FlatGraph apply(FlatGraph graph) {
        var folded = foldOnce(graph);
        // A computed constant can tell TensorFlow the shape of the next, so another round may find
        // more.
        while (folded != graph) {
            graph = folded;
            folded = foldOnce(graph);
        }
        return folded;
    }

    private FlatGraph foldOnce(FlatGraph graph) {
        var constant = constantNodes(graph);
        var wanted = frontier(graph, constant.keySet());
        if (wanted.isEmpty()) {
            return graph;
        }
        var values = evaluate(graph, wanted);
        var edit = graph.edit();
        values.forEach((tensor, value) -> replace(edit, tensor, value));
        return edit.build();
    }

    private static void replace(GraphEditor edit, TensorRef tensor, TensorProto value) {
        if (tensor.index() == 0) {
            // Further outputs have been redirected before: they come first in the map.
            edit.put(NodeBuilder.constant(tensor.node(), value));
        } else {
            var name = edit.freshName(tensor.node() + "/" + tensor.index());
            edit.put(NodeBuilder.constant(name, value)).redirect(tensor, TensorRef.of(name));
        }
    }

    /** The constant nodes, each with the bytes of the largest Const it comes from. */
    private static Map<String, Long> constantNodes(FlatGraph graph) {
        var shapes = InferredShapes.of(graph);
        var sourceBytes = new HashMap<String, Long>();
        for (var node : graph.nodes()) {
            if (node.getOp().equals("Const")) {
                sourceBytes.put(node.getName(), (long) node.getSerializedSize());
            } else if (isPure(node)
                    && inputs(node).allMatch(sourceBytes::containsKey)
                    && FakeQuantization.of(graph, node).isEmpty()) {
                long source = inputs(node).mapToLong(sourceBytes::get).max().orElse(0);
                long limit = Math.max(ALWAYS_SMALL, GROWTH * source);
                if (outputBytes(node, shapes) <= limit) {
                    sourceBytes.put(node.getName(), source);
                }
            }
        }
        return sourceBytes;
    }

    private static Stream<String> inputs(NodeDef node) {
        return node.getInputList().stream().map(input -> TensorRef.parse(input).node());
    }

    private static boolean isPure(NodeDef node) {
        return node.getInputCount() > 0
                && !RegisteredOps.isStateful(node.getOp())
                && BYTES.keySet().containsAll(RegisteredOps.outputTypes(node));
    }

    /** The largest output in bytes; more than any limit when TensorFlow cannot tell. */
    private static long outputBytes(NodeDef node, InferredShapes shapes) {
        var types = RegisteredOps.outputTypes(node);
        long largest = 0;
        for (int i = 0; i < types.size(); i++) {
            var shape = shapes.of(new TensorRef(node.getName(), i));
            largest = Math.max(largest, bytes(shape, BYTES.get(types.get(i))));
        }
        return largest;
    }

    private static long bytes(Shape shape, int each) {
        if (shape.isUnknown() || shape.hasUnknownDimension()) {
            return Long.MAX_VALUE;
        }
        double product = each;
        for (long size : shape.asArray()) {
            product *= size;
        }
        return (long) product;
    }

    /** Computed constants that something not constant, or the signature, uses. */
    private static List<TensorRef> frontier(FlatGraph graph, Set<String> constant) {
        var wanted = new LinkedHashSet<TensorRef>();
        for (var node : graph.nodes()) {
            if (!constant.contains(node.getName())) {
                node.getInputList().stream().map(TensorRef::parse).forEach(wanted::add);
            }
        }
        graph.signature().outputs().forEach(port -> wanted.add(port.tensor()));
        wanted.removeIf(tensor -> !constant.contains(tensor.node()));
        wanted.removeIf(tensor -> graph.node(tensor.node()).getOp().equals("Const"));
        return new ArrayList<>(wanted);
    }

    /** The values, further outputs of a node before its output 0. */
    private static Map<TensorRef, TensorProto> evaluate(FlatGraph flat, List<TensorRef> wanted) {
        var values =
                new TreeMap<TensorRef, TensorProto>(
                        Comparator.comparing(TensorRef::node)
                                .thenComparing(tensor -> -tensor.index()));
        try (var graph = new Graph()) {
            graph.importGraphDef(GroupedConvolutions.unfused(only(flat, wanted)).toGraphDef());
            try (var session = new Session(graph, TensorFlowRuntime.sessionConfig())) {
                var runner = session.runner();
                wanted.forEach(tensor -> runner.fetch(tensor.node(), tensor.index()));
                try (var result = runner.run()) {
                    for (int i = 0; i < wanted.size(); i++) {
                        values.put(wanted.get(i), TensorProtos.of(result.get(i)));
                    }
                }
            }
        }
        return values;
    }

    /** What these tensors need, and no more. */
    private static FlatGraph only(FlatGraph flat, List<TensorRef> wanted) {
        var ports =
                wanted.stream()
                        .map(
                                tensor ->
                                        new GraphSignature.Port(
                                                tensor.toString(), tensor, null, null))
                        .toList();
        var nothingFed = new GraphSignature("constants", List.of(), ports);
        return GraphEditor.of(flat.nodes(), nothingFed, flat.toGraphDef().getVersions()).build();
    }
}
