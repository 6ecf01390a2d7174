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
 * The tensor of a head, flattened to {@code [rows, K]}: one row per image, or per pixel.
 *
 * @param graph the graph under construction
 * @param head the head
 * @param values the flattened tensor
 * @param width K
 */
record FlattenedHead(LossContext graph, Head head, Operand<TFloat32> values, int width) {

    /**
     * Flattens a tensor {@code [..., K]}.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when K is not known
     */
    static FlattenedHead of(LossContext graph, Head head, Operand<TFloat32> tensor) {
        var shape = tensor.asOutput().shape();
        if (shape.isUnknown() || shape.numDimensions() < 2 || shape.get(-1) < 1) {
            throw invalidInput(
                    "The output '%s' has the shape %s, which does not say how many values it has."
                            .formatted(head.output(), shape),
                    "Export the model with a known number of outputs.");
        }
        int width = Math.toIntExact(shape.get(-1));
        var tf = graph.tf();
        return new FlattenedHead(
                graph, head, tf.reshape(tensor, tf.constant(new int[] {-1, width})), width);
    }

    /** The activation; a single class score means sigmoid. */
    Head.Kind kind() {
        return width == 1 && head.kind() == Head.Kind.SOFTMAX ? Head.Kind.SIGMOID : head.kind();
    }

    /** The tensor of the teacher, flattened to the same width. */
    Operand<TFloat32> teacherRows(Teacher teacher, TensorRef tensor) {
        var outputs = teacher.of(tensor);
        return placeholder(batch -> asRows(outputs.apply(batch), tensor));
    }

    /** A placeholder {@code [rows, K]} that is fed with every batch. */
    Operand<TFloat32> placeholder(Function<Batch, FloatTensor> source) {
        return graph.placeholder(Shape.of(-1, width), source);
    }

    private FloatTensor asRows(FloatTensor outputs, TensorRef tensor) {
        int count = outputs.values().length;
        if (count % width != 0) {
            throw invalidInput(
                    "The model's output has %d values, but the teacher's %s does not."
                            .formatted(width, tensor),
                    "Train with labels only: set softTargets to 0.");
        }
        return new FloatTensor(outputs.values(), count / width, width);
    }
}
