package io.pitlane.graph;

import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;

/**
 * The shape of every tensor of a graph, as far as TensorFlow can infer it; a variable dimension is
 * {@link Shape#UNKNOWN_SIZE}.
 */
public final class InferredShapes {
    private final Map<TensorRef, Shape> shapes;

    private InferredShapes(Map<TensorRef, Shape> shapes) {
        this.shapes = shapes;
    }

    /** Infers the shapes of {@code flat} with TensorFlow. */
    public static InferredShapes of(FlatGraph flat) {
        return of(flat.toGraphDef());
    }

    /**
     * Infers the shapes of the nodes of {@code def}, which runs none of them.
     *
     * @throws org.tensorflow.exceptions.TensorFlowException when TensorFlow does not accept the
     *     graph
     */
    public static InferredShapes of(GraphDef def) {
        TensorFlowRuntime.load();
        var shapes = new HashMap<TensorRef, Shape>();
        try (var graph = new Graph()) {
            graph.importGraphDef(def);
            for (var node : def.getNodeList()) {
                var operation = graph.operation(node.getName());
                for (int i = 0; i < operation.numOutputs(); i++) {
                    shapes.put(
                            new TensorRef(node.getName(), i),
                            operation.output(i).asOutput().shape());
                }
            }
        }
        return new InferredShapes(Map.copyOf(shapes));
    }

    /** The shape of a tensor; of unknown rank where nothing could be inferred. */
    public Shape of(TensorRef tensor) {
        return shapes.getOrDefault(tensor, Shape.unknown());
    }

    /** The shape of output 0 of a node. */
    public Shape of(String node) {
        return of(TensorRef.of(node));
    }
}
