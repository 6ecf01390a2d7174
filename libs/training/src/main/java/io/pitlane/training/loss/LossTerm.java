package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * One part of what training minimises.
 *
 * <pre>{@code
 * record Hint(TensorRef layer, Teacher teacher, TensorRef guide) implements LossTerm {
 *     public List<TensorRef> student() { return List.of(layer); }
 *     public Operand<TFloat32> attach(TermGraph graph, List<Operand<TFloat32>> student) {
 *         var wanted = graph.fed(shape, teacher.of(guide));
 *         var regressor = graph.variable("hint/kernel", initial);
 *         ...
 *     }
 * }
 * }</pre>
 */
public interface LossTerm {

    /** The float32 tensors of the model that it looks at. */
    List<TensorRef> student();

    /**
     * Adds the term to a graph. It may be called more than once for one training, each time for
     * other tensors of the same shapes, and must then do the same.
     *
     * @param student the tensors of {@link #student()}, in its order, in their own shapes
     * @return a scalar, the mean over the batch, times the term's weight
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the tensors do not
     *     fit
     */
    Operand<TFloat32> attach(TermGraph graph, List<Operand<TFloat32>> student);

    /**
     * What it is, with its options; a training goes on from a checkpoint only where this agrees.
     */
    default String describe() {
        return getClass().getSimpleName();
    }
}
