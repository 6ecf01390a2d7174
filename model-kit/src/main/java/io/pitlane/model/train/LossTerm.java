package io.pitlane.model.train;

import io.pitlane.model.data.Batch;
import io.pitlane.model.graph.FloatTensor;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** One part of what training minimises. */
interface LossTerm {

    /** The output it looks at. */
    Head head();

    /**
     * Adds the term to a graph.
     *
     * @param prediction the head's tensor, as rows {@code [rows, K]}
     * @param target {@code [rows, K]}, what {@link #targets} makes
     * @return a scalar, the mean over the rows, times the term's weight
     */
    Operand<TFloat32> attach(Ops tf, Operand<TFloat32> prediction, Operand<TFloat32> target);

    /**
     * What the batch should have come out as.
     *
     * @param width K, the head's last dimension
     * @return values {@code [rows, K]}
     */
    FloatTensor targets(Batch batch, int width);
}
