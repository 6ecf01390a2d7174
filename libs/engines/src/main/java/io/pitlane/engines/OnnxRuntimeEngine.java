package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.pitlane.contract.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ONNX Runtime, by its own Java API: DJL's engine costs more for each call. Its GPU build computes
 * with CUDA where that can be used.
 */
final class OnnxRuntimeEngine implements InferenceEngine {
    private final OrtEnvironment environment;
    private final CudaProvider cuda;

    private OnnxRuntimeEngine(OrtEnvironment environment, CudaProvider cuda) {
        this.environment = environment;
        this.cuda = cuda;
    }

    static OnnxRuntimeEngine load() {
        try {
            OnnxRuntimeNatives.prepare();
            var environment = OrtEnvironment.getEnvironment();
            return new OnnxRuntimeEngine(environment, Cuda.PROVIDER);
        } catch (LinkageError | RuntimeException e) {
            throw new EngineUnavailableException(Engine.ONNXRUNTIME, NativeFailure.reason(e), e);
        }
    }

    @Override
    public Engine engine() {
        return Engine.ONNXRUNTIME;
    }

    @Override
    public String version() {
        return cuda.describe(environment.getVersion());
    }

    @Override
    public EngineModel load(Path file, LoadOptions options) {
        if (!Files.isRegularFile(file)) {
            throw invalidInput(
                    "There is no file %s.".formatted(file), "Give the path of an ONNX model.");
        }
        try {
            return OnnxRuntimeModel.of(environment, open(file, options.threads()), file, options);
        } catch (OrtException e) {
            throw invalidInput(
                            "ONNX Runtime %s cannot load %s (%s)."
                                    .formatted(version(), file, e.getMessage()),
                            "Check that it is a complete ONNX model, and export it again.")
                    .causedBy(e);
        }
    }

    private OrtSession open(Path file, int threads) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // A waiting thread would take the processor from the engine that is timed next.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            if (cuda.isUsed()) {
                options.addCUDA();
            }
            return environment.createSession(file.toString(), options);
        }
    }

    /** Found once for the process: the provider's library is large. */
    private static final class Cuda {
        static final CudaProvider PROVIDER =
                CudaProvider.of(
                        OrtEnvironment.getAvailableProviders(), OrtSession.SessionOptions::addCUDA);
    }
}
