package io.pitlane.graph.runtime;

import io.pitlane.graph.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Session;
import org.tensorflow.Tensor;

/**
 * The tensors fed to a model's inputs for one batch, in TensorFlow's memory. Must be closed.
 *
 * <pre>{@code
 * try (var tensors = InputTensors.of(inputs, batch.images())) {
 *     tensors.into(runner);
 *     runner.run();
 * }
 * }</pre>
 */
public final class InputTensors implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private InputTensors() {}

    /** The tensors of a batch. */
    public static InputTensors of(ModelInputs inputs, FloatTensor images) {
        return of(inputs.of(images));
    }

    /** The tensors of these values. */
    static InputTensors of(List<ModelInputs.InputValue> values) {
        var result = new InputTensors();
        try {
            values.forEach(
                    feed ->
                            result.tensors.put(
                                    feed.port().tensor().withIndex(),
                                    Tensors.toNative(feed.values(), feed.port().dtype())));
            return result;
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /** Feeds all of them to a run. */
    public void into(Session.Runner runner) {
        tensors.forEach(runner::feed);
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }
}
