package io.pitlane.training.loss;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.Tensors;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/** The graph under construction, as a {@link LossTerm} sees it in {@link LossTerm#attach}. */
public interface LossContext {

    /** Builds operations. */
    Ops tf();

    /**
     * A placeholder that is fed with every batch, or micro-batch.
     *
     * @param shape its shape, {@link Shape#UNKNOWN_SIZE} for a dimension that varies between
     *     batches
     * @param source the values for a batch; called once per run of the graph, on the training
     *     thread
     */
    default Operand<TFloat32> placeholder(Shape shape, Function<Batch, FloatTensor> source) {
        return placeholder(TFloat32.class, shape, batch -> Tensors.toNative(source.apply(batch)));
    }

    /**
     * The same for values of another type, such as classes.
     *
     * @param source the values for a batch; closed after the run
     */
    <T extends TType> Operand<T> placeholder(Class<T> type, Shape shape, Function<Batch, T> source);

    /**
     * Remaining share of the training, a scalar: 1 at the first step, falling linearly towards 0; 0
     * during validation.
     */
    Operand<TFloat32> remainingShare();

    /**
     * A variable that belongs to the term: trained together with the model's weights, and not part
     * of the trained model. The same name gives the same variable.
     *
     * @param name unique within the training
     * @param initial its initial value; weight decay applies to it if it has two dimensions or more
     */
    Operand<TFloat32> variable(String name, FloatTensor initial);
}
