package io.pitlane.engines;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.natives.TensorFlowRuntime;

/**
 * How a model is loaded.
 *
 * @param signature key of the signature to call; null for {@code serving_default}, or the only one.
 *     An ONNX model has none and ignores it
 * @param input selects the input that takes the images
 * @param threads threads that compute one call; at least 1
 */
public record LoadOptions(String signature, InputSpec input, int threads) {

    /** The default signature and input, and the threads of this process. */
    public static final LoadOptions DEFAULT = of(null, InputSpec.DEFAULT);

    public LoadOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
        }
    }

    /** With as many threads as {@link TensorFlowRuntime#threads()}. */
    public static LoadOptions of(String signature, InputSpec input) {
        return new LoadOptions(signature, input, TensorFlowRuntime.threads());
    }

    /** The same with another number of threads. */
    public LoadOptions withThreads(int value) {
        return new LoadOptions(signature, input, value);
    }
}
