package io.pitlane.engines;

import io.pitlane.contract.engine.Engine;
import java.nio.file.Path;

/**
 * What loads the models of one format. All engines work side by side in one JVM, in any order.
 *
 * <pre>{@code
 * try (var model = InferenceEngine.of(Engine.TFLITE).load(file, LoadOptions.DEFAULT)) {
 *     Outputs outputs = model.predict(images);
 * }
 * }</pre>
 */
public sealed interface InferenceEngine permits TensorFlowEngine, OnnxRuntimeEngine, TfliteEngine {

    /**
     * The engine, its native libraries loaded.
     *
     * @throws EngineUnavailableException when they are missing on this machine
     */
    static InferenceEngine of(Engine engine) {
        return switch (engine) {
            case TENSORFLOW -> TensorFlowEngine.load();
            case ONNXRUNTIME -> OnnxRuntimeEngine.load();
            case TFLITE -> TfliteEngine.load();
        };
    }

    /** Which engine it is. */
    Engine engine();

    /** The version of its native library. */
    String version();

    /**
     * Loads a model; the caller closes it.
     *
     * @param model a file; the folder of a SavedModel for {@link Engine#TENSORFLOW}
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT, naming the file, when the
     *     engine cannot load it, or it has no such signature or input
     */
    EngineModel load(Path model, LoadOptions options);
}
