package io.pitlane.graph.batch;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.GraphSignature.Port;
import java.util.List;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;

/** A model that was exported for a single image, such as {@code [224, 224, 3]}, not for a batch. */
public final class MissingBatch {
    private static final int COLOUR = 3;

    private MissingBatch() {}

    /** The failure of a run whose images or arrays have the shape of the whole input. */
    public static FailureException failure(Port input) {
        return FailureException.invalidInput(
                "The model's input '%s' is %s, the shape of a single image: it has no batch dimension."
                        .formatted(input.name(), input.shape()),
                "Export the model for batches, where m is the model: " + export(input) + ".");
    }

    /** Whether an input looks like a single colour image; a batch of something else may as well. */
    static boolean isLikely(Port input) {
        var shape = input.shape();
        return shape != null
                && shape.size() == COLOUR
                && shape.get(2) == COLOUR
                && shape.get(0) > COLOUR
                && shape.get(1) > COLOUR;
    }

    /** The call of TensorFlow that exports a model of single images for any number of them. */
    static String export(Port input) {
        return "tf.saved_model.save(m, 'DIR', signatures=tf.function(lambda x: tf.vectorized_map(m, x), input_signature=[tf.TensorSpec([None, %s]%s)]))"
                .formatted(
                        dimensions(input.shape()),
                        input.dtype() == DataType.DT_UINT8 ? ", tf.uint8" : "");
    }

    private static String dimensions(List<Long> shape) {
        return shape.stream()
                .map(size -> size < 0 ? "None" : size.toString())
                .collect(Collectors.joining(", "));
    }
}
