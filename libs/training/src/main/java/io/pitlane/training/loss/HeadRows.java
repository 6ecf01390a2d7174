package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.head.Head;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * A head's tensor as rows {@code [rows, K]}: one an image, or one a pixel.
 *
 * @param graph where they are used
 * @param head whose tensor it is
 * @param values the rows
 * @param width K
 */
record HeadRows(TermGraph graph, Head head, Operand<TFloat32> values, int width) {

    /**
     * The rows of a tensor {@code [..., K]}.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when K is not known
     */
    static HeadRows of(TermGraph graph, Head head, Operand<TFloat32> tensor) {
        var shape = tensor.asOutput().shape();
        if (shape.isUnknown() || shape.numDimensions() < 2 || shape.get(-1) < 1) {
            throw invalidInput(
                    "The output '%s' has the shape %s, which does not say how many values it has."
                            .formatted(head.output(), shape),
                    "Export the model with a known number of outputs.");
        }
        int width = Math.toIntExact(shape.get(-1));
        var tf = graph.tf();
        return new HeadRows(
                graph, head, tf.reshape(tensor, tf.constant(new int[] {-1, width})), width);
    }

    /** What the activation is; a single class score can only be a sigmoid's. */
    Head.Kind kind() {
        return width == 1 && head.kind() == Head.Kind.SOFTMAX ? Head.Kind.SIGMOID : head.kind();
    }

    /** The teacher's answers as rows of the same width. */
    Operand<TFloat32> taught(Teacher teacher, TensorRef tensor) {
        var answers = teacher.of(tensor);
        return fed(batch -> asRows(answers.apply(batch), tensor));
    }

    /** Rows of the same width, fed with each batch. */
    Operand<TFloat32> fed(Function<Batch, FloatTensor> source) {
        return graph.fed(Shape.of(-1, width), source);
    }

    private FloatTensor asRows(FloatTensor answers, TensorRef tensor) {
        int count = answers.values().length;
        if (count % width != 0) {
            throw invalidInput(
                    "The model's output has %d values, which the teacher's %s does not have."
                            .formatted(width, tensor),
                    "Train with labels only: set softTargets to 0.");
        }
        return new FloatTensor(answers.values(), count / width, width);
    }
}
