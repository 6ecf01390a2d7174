package io.pitlane.training.loss;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The graph as a {@link LossTerm} sees it while it is attached. */
public interface TermGraph {

    /** Makes operations. */
    Ops tf();

    /**
     * A tensor that every step is fed anew.
     *
     * @param shape what it will have, {@link Shape#UNKNOWN_SIZE} where that differs by batch
     * @param source its values for a batch; called once a step, from the training thread
     */
    Operand<TFloat32> fed(Shape shape, Function<Batch, FloatTensor> source);

    /**
     * Share of the training that is still to come: 1 at the first step, less at every further one,
     * 0 where the loss is measured and not trained.
     */
    Operand<TFloat32> remaining();

    /**
     * A variable of the term's own, trained with the model's weights and dropped at the end. The
     * same name gives the same variable.
     *
     * @param name unique within the training
     * @param initial its value at the start; decays with the weights from two dimensions on
     */
    Operand<TFloat32> variable(String name, FloatTensor initial);
}
