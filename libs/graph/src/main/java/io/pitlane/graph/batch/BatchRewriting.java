package io.pitlane.graph.batch;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.RegisteredOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * Opens the batch dimension of a graph: of its placeholders, then node by node of the constants
 * that repeat its size. TensorFlow's shape inference tells how far the open dimension reaches; a
 * constant is opened where it arrives.
 */
final class BatchRewriting {
    private static final Set<String> READS_SHAPE = Set.of("Shape", "ShapeN", "Size", "Rank");

    private final FlatGraph graph;
    private final long size;
    private final InferredShapes fixed;

    /**
     * A rewriting.
     *
     * @param size the fixed batch size
     */
    BatchRewriting(FlatGraph graph, long size) {
        this.graph = graph;
        this.size = size;
        this.fixed = InferredShapes.of(graph);
    }

    /** The graph with every constant opened that the rules know. */
    FlatGraph run() {
        var current = openInputs();
        for (var next = step(current); next != current; next = step(current)) {
            current = next;
        }
        return openOutputs(current);
    }

    private FlatGraph openInputs() {
        var edit = graph.edit();
        var inputs = new ArrayList<Port>();
        for (var port : graph.signature().inputs()) {
            boolean open = isBatch(port);
            inputs.add(open ? opened(port) : port);
            if (open) {
                edit.put(placeholder(opened(port)));
            }
        }
        return edit.inputs(inputs).build();
    }

    /** A single dimension of 1 may be a scalar, such as a keep probability. */
    private boolean isBatch(Port port) {
        return port.shape() != null
                && !port.shape().isEmpty()
                && port.shape().get(0) == size
                && (port.shape().size() > 1 || size > 1);
    }

    private NodeDef placeholder(Port port) {
        return graph.node(port.tensor().node()).toBuilder()
                .putAttr(
                        "shape",
                        NodeBuilder.of("Placeholder", "any")
                                .shape(
                                        "shape",
                                        port.shape().stream().mapToLong(Long::longValue).toArray())
                                .build()
                                .getAttrOrThrow("shape"))
                .build();
    }

    private static Port opened(Port port) {
        var shape = new ArrayList<>(port.shape());
        shape.set(0, -1L);
        return new Port(port.name(), port.tensor(), port.dtype(), shape);
    }

    private FlatGraph step(FlatGraph current) {
        var axes = new BatchAxes(fixed, current);
        var edit = current.edit();
        var rules = new BatchRules(current, axes, size, edit);
        boolean changed = false;
        for (var node : current.nodes()) {
            changed |= rules.open(node);
        }
        return changed ? edit.build() : current;
    }

    private FlatGraph openOutputs(FlatGraph dynamic) {
        GraphEditor edit = dynamic.edit();
        var axes = new BatchAxes(fixed, dynamic);
        var outputs =
                dynamic.signature().outputs().stream()
                        .map(port -> dependsOnBatch(port, axes) ? opened(port) : port)
                        .toList();
        return edit.outputs(outputs).build();
    }

    private static boolean dependsOnBatch(Port port, BatchAxes axes) {
        var axis = axes.of(port.tensor());
        return port.shape() != null
                && !port.shape().isEmpty()
                && axis.isPresent()
                && axis.getAsInt() == 0;
    }

    /** Why a graph does not take any number of images; empty when shape inference finds nothing. */
    Optional<String> holder(FlatGraph dynamic) {
        var axes = new BatchAxes(fixed, dynamic);
        var closed =
                dynamic.signature().outputs().stream()
                        .filter(port -> !axes.carries(port.tensor()))
                        .findFirst();
        if (closed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                firstHolder(dynamic, axes)
                        .map(node -> describe(node) + " holds the batch size")
                        .orElse(
                                "the output '"
                                        + closed.get().name()
                                        + "' does not depend on the number of images"));
    }

    static String describe(NodeDef node) {
        return "the node '" + node.getName() + "' (" + node.getOp() + ")";
    }

    private Optional<NodeDef> firstHolder(FlatGraph dynamic, BatchAxes axes) {
        return dynamic.nodes().stream()
                .filter(node -> !READS_SHAPE.contains(node.getOp()))
                .filter(node -> node.getInputList().stream().anyMatch(in -> isCarried(in, axes)))
                .filter(node -> outputs(node).stream().noneMatch(axes::carries))
                .findFirst();
    }

    private static boolean isCarried(String input, BatchAxes axes) {
        return axes.carries(TensorRef.parse(input));
    }

    private static List<TensorRef> outputs(NodeDef node) {
        return IntStream.range(0, RegisteredOps.outputTypes(node).size())
                .mapToObj(index -> new TensorRef(node.getName(), index))
                .toList();
    }
}
