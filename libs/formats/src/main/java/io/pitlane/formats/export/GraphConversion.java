package io.pitlane.formats.export;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Converts a flat graph to a format node by node. A node that cannot be converted becomes an
 * obstacle, and the conversion goes on behind it, so that all of them are found.
 */
public abstract class GraphConversion {
    private final String format;
    private final FlatGraph graph;
    private final InferredShapes shapes;
    private final List<ExportObstacle> obstacles = new ArrayList<>();

    /**
     * A conversion.
     *
     * @param format the format as users know it
     * @param shapes of the graph
     */
    protected GraphConversion(String format, FlatGraph graph, InferredShapes shapes) {
        this.format = format;
        this.graph = graph;
        this.shapes = shapes;
    }

    /** The graph that is converted. */
    protected final FlatGraph graph() {
        return graph;
    }

    /** The shapes of its tensors. */
    protected final InferredShapes shapes() {
        return shapes;
    }

    /** Every node that stands in the way, in the order of the graph. */
    public final List<ExportObstacle> obstacles() {
        return List.copyOf(obstacles);
    }

    /** Converts the inputs, then every node, then the outputs. */
    protected final void run() {
        graph.signature().inputs().forEach(this::input);
        graph.nodes().stream().filter(node -> !node.getOp().equals("Const")).forEach(this::convert);
        graph.signature().outputs().forEach(this::output);
    }

    /**
     * How an operation is converted.
     *
     * @param types the element types that it may work on
     * @param converter converts a node of it
     */
    public record Conversion(Set<DataType> types, NodeConverter converter) {}

    /** Converts a node. */
    @FunctionalInterface
    public interface NodeConverter {

        /**
         * Converts it.
         *
         * @throws UnsupportedNodeException when the format cannot express it
         */
        void convert(NodeDef node);
    }

    /** How the format expresses an operation; empty where it does not. */
    protected abstract Optional<Conversion> conversion(String op);

    /** Adds an input; of the sizes, open ones are -1. */
    protected abstract void addInput(Port port, Shape shape);

    /** Adds an output, whose tensor is there. */
    protected abstract void addOutput(Port port);

    /** Whether a tensor has been converted. */
    protected abstract boolean has(TensorRef tensor);

    /** Adds something in the place of the result of an obstacle, so that the conversion goes on. */
    protected abstract void addStandIn(TensorRef tensor, Shape shape);

    private void input(Port port) {
        attempt(
                graph.node(port.tensor().node()),
                () -> {
                    if (port.shape() == null) {
                        throw new UnsupportedNodeException(
                                "the rank of the input '%s' is not known".formatted(port.name()));
                    }
                    addInput(port, Shape.of(port.shape().stream().mapToLong(s -> s).toArray()));
                });
    }

    private void convert(NodeDef node) {
        if (has(TensorRef.of(node.getName())) || isObstacle(node.getName())) {
            return;
        }
        var conversion = conversion(node.getOp());
        if (conversion.isEmpty()) {
            obstruct(node, format + " export does not support this operation");
        } else if (node.getInputList().stream().map(TensorRef::parse).allMatch(this::isThere)) {
            attempt(
                    node,
                    () -> {
                        requireType(node, conversion.get().types());
                        conversion.get().converter().convert(node);
                    });
        }
    }

    private static void requireType(NodeDef node, Set<DataType> types) {
        var type = Attributes.of(node).type("T", DataType.DT_FLOAT);
        if (!types.contains(type)) {
            throw new UnsupportedNodeException("it computes in " + typeName(type));
        }
    }

    /** The name of a type as TensorFlow's users know it: {@code float}, {@code int64}. */
    public static String typeName(DataType type) {
        return type.name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
    }

    private void output(Port port) {
        if (isThere(port.tensor())) {
            attempt(graph.node(port.tensor().node()), () -> addOutput(port));
        }
    }

    private void attempt(NodeDef node, Runnable conversion) {
        try {
            conversion.run();
        } catch (UnsupportedNodeException e) {
            obstruct(node, e.getMessage());
        }
    }

    private void obstruct(NodeDef node, String reason) {
        obstacles.add(new ExportObstacle(node.getName(), node.getOp(), reason));
    }

    private boolean isObstacle(String node) {
        return obstacles.stream().anyMatch(obstacle -> obstacle.node().equals(node));
    }

    /**
     * Whether a tensor is there, or a stand-in for the result of an obstacle. Behind a result of
     * unknown rank nothing can be said.
     */
    private boolean isThere(TensorRef tensor) {
        if (has(tensor)) {
            return true;
        }
        var shape = shapes.of(tensor);
        if (shape.isUnknown()) {
            return false;
        }
        addStandIn(tensor, shape);
        return true;
    }
}
