package io.pitlane.training.loss;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.TensorRef;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A term of the training loss.
 *
 * <pre>{@code
 * record Hint(TensorRef layer, Teacher teacher, TensorRef guide) implements LossTerm {
 *     public List<TensorRef> student() { return List.of(layer); }
 *     public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
 *         var target = graph.placeholder(shape, teacher.of(guide));
 *         var regressor = graph.variable("hint/kernel", initial);
 *         ...
 *     }
 * }
 * }</pre>
 */
public interface LossTerm {

    /** The float32 tensors of the model that the term is computed from. */
    List<TensorRef> student();

    /**
     * Adds the term to a graph. May be called several times per training, for different tensors of
     * the same shapes, and must build the same operations each time.
     *
     * @param student the tensors of {@link #student()}, in its order, in their own shapes
     * @return the mean over the batch times the weight of the term, a scalar
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the tensors do not
     *     fit
     */
    Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student);

    /**
     * The share of a micro-batch in the mean over its batch: the sum of the means over the
     * micro-batches, each times its share, is the mean over the batch.
     *
     * @return 0..1; 1 for a whole batch
     */
    default double share(Batch microBatch) {
        return (double) microBatch.size() / microBatch.whole().size();
    }

    /**
     * The term and its options. Part of the {@linkplain io.pitlane.training.checkpoint.Fingerprint
     * fingerprint}: a checkpoint is resumed only if this is unchanged.
     */
    default String describe() {
        return getClass().getSimpleName();
    }
}
