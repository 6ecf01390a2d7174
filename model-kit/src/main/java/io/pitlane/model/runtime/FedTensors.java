package io.pitlane.model.runtime;

import io.pitlane.model.graph.FloatTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Session;
import org.tensorflow.Tensor;

/**
 * What a model's inputs are fed for one batch, in TensorFlow's memory; close it.
 *
 * <pre>{@code
 * try (var fed = FedTensors.of(feeds, batch.images())) {
 *     fed.into(runner);
 *     runner.run();
 * }
 * }</pre>
 */
public final class FedTensors implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private FedTensors() {}

    /** The tensors of a batch. */
    public static FedTensors of(Feeds feeds, FloatTensor images) {
        var fed = new FedTensors();
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
