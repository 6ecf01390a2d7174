package io.pitlane.graph.runtime;

import io.pitlane.graph.FloatTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Session;
import org.tensorflow.Tensor;

/**
 * What a model's inputs are fed for one batch, in TensorFlow's memory; close it.
 *
 * <pre>{@code
 * try (var fed = InputTensors.of(feeds, batch.images())) {
 *     fed.into(runner);
 *     runner.run();
 * }
 * }</pre>
 */
public final class InputTensors implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private InputTensors() {}

    /** The tensors of a batch. */
    public static InputTensors of(ModelInputs feeds, FloatTensor images) {
        var fed = new InputTensors();
        try {
            feeds.of(images)
                    .forEach(
                            feed ->
                                    fed.tensors.put(
                                            feed.port().tensor().withIndex(),
                                            Tensors.toNative(feed.values(), feed.port().dtype())));
            return fed;
        } catch (RuntimeException e) {
            fed.close();
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
