package io.pitlane.training.optimizer;

import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/**
 * A variable of the training graph. The Const of a weight is replaced by a variable that is read
 * under the same name, so the rest of the graph is unchanged.
 *
 * @param name name of the Const, or of an added variable
 * @param initial the initial value
 * @param handle the resource handle
 * @param value the value that the graph reads
 */
public record Variable(String name, FloatTensor initial, Output<?> handle, Output<TFloat32> value) {
    private static final String HANDLE = "/pitlane_handle";
    private static final String ACCUMULATOR = "/pitlane_";

    /** The two nodes that replace a Const. */
    public static List<NodeDef> inPlaceOf(NodeDef constant) {
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

    /** The variable that replaces a Const in an imported graph. */
    public static Variable in(Graph graph, NodeDef constant) {
        var name = constant.getName();
        return new Variable(
                name,
                FloatTensor.of(constant),
                graph.operation(name + HANDLE).output(0),
                graph.operation(name).<TFloat32>output(0));
    }

    /** Adds a variable that the model does not have. */
    public static Variable added(Ops tf, String name, FloatTensor initial) {
        var handle =
                tf.varHandleOp(
                        TFloat32.class, Shape.of(initial.shape()), VarHandleOp.sharedName(name));
        return new Variable(
                name,
                initial,
                handle.asOutput(),
                tf.readVariableOp(handle, TFloat32.class).asOutput());
    }

    /** The same with another initial value. */
    public Variable withInitial(FloatTensor start) {
        return new Variable(name, start, handle, value);
    }

    /** Adds a variable of the same shape, initially 0. */
    Variable accumulator(Ops tf, String which) {
        var zeros = new FloatTensor(new float[initial.values().length], initial.shape());
        return added(tf, name + ACCUMULATOR + which, zeros);
    }

    /** Whether this is an accumulator of the optimizer for the weight of this name. */
    public boolean isAccumulatorOf(String weight) {
        return name.startsWith(weight + ACCUMULATOR);
    }
}
