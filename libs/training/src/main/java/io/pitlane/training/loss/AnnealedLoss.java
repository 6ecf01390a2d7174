package io.pitlane.training.loss;

import io.pitlane.graph.TensorRef;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A term that fades out: its weight falls in a line from all at the first step to nothing at the
 * end, and it is not there where the loss is only measured. For a teacher it is teacher annealing
 * (Clark et al. 2019, "BAM! Born-Again Multi-Task Networks"), with which a student can get past its
 * teacher.
 *
 * @param term what fades out
 */
public record AnnealedLoss(LossTerm term) implements LossTerm {

    @Override
    public List<TensorRef> student() {
        return term.student();
    }

    @Override
    public Operand<TFloat32> attach(TermGraph graph, List<Operand<TFloat32>> student) {
        return graph.tf().math.mul(term.attach(graph, student), graph.remaining());
    }

    @Override
    public String describe() {
        return "annealed " + term.describe();
    }
}
