package io.pitlane.model.train;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.NodeBuilder;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/**
 * A weight that training moves: in place of its Const stands a variable that is read under the same
 * name, so that the rest of the graph does not notice.
 *
 * @param name name of the Const
 * @param initial its value before training
 * @param handle the variable
 * @param value what the graph reads
 */
record Variable(String name, FloatTensor initial, Output<?> handle, Output<TFloat32> value) {
    private static final String HANDLE = "/pitlane_handle";

    /** The two nodes that stand in for a Const. */
    static List<NodeDef> inPlaceOf(NodeDef constant) {
        var name = constant.getName();
        var handle =
                NodeBuilder.of("VarHandleOp", name + HANDLE)
                        .type("dtype", DT_FLOAT)
                        .shape("shape", FloatTensor.of(constant).shape())
                        .string("shared_name", name)
                        .build();
        var read =
                NodeBuilder.of("ReadVariableOp", name)
                        .input(handle.getName())
                        .type("dtype", DT_FLOAT)
                        .build();
        return List.of(handle, read);
    }

    /** The variable in an imported graph that had this Const. */
    static Variable in(Graph graph, FlatGraph flat, String name) {
        return new Variable(
                name,
                FloatTensor.of(flat.node(name)),
                graph.operation(name + HANDLE).output(0),
                graph.operation(name).<TFloat32>output(0));
    }

    Shape shape() {
        return Shape.of(initial.shape());
    }
}
