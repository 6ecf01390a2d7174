package io.pitlane.training.loss;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.TensorRef;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A term whose weight falls linearly from 1 at the first step to 0 at the end of training; it is 0
 * in the validation loss. Applied to a distillation loss this is teacher annealing (Clark et al.
 * 2019, "BAM! Born-Again Multi-Task Networks"), with which a student can exceed its teacher.
 *
 * @param term the annealed term
 */
public record AnnealedLoss(LossTerm term) implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return term.student();
    }

    @Override
    public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
        return graph.tf().math.mul(term.attach(graph, student), graph.remainingShare());
    }

    @Override
    public double share(Batch microBatch) {
        return term.share(microBatch);
    }

    @Override
    public String describe() {
        return "annealed " + term.describe();
    }
}
