package io.pitlane.engines;

import io.pitlane.contract.engine.Engine;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.nio.file.Path;

/** TensorFlow, whose models DJL loads. */
final class TensorFlowEngine implements InferenceEngine {
    private TensorFlowEngine() {}

    static TensorFlowEngine load() {
        try {
            TensorFlowRuntime.load();
            return new TensorFlowEngine();
        } catch (LinkageError | IllegalStateException e) {
            throw new EngineUnavailableException(Engine.TENSORFLOW, NativeFailure.reason(e), e);
        }
    }

    @Override
    public Engine engine() {
        return Engine.TENSORFLOW;
    }

    @Override
    public String version() {
        return TensorFlowRuntime.version();
    }

    @Override
    public EngineModel load(Path folder, LoadOptions options) {
        return TensorFlowModel.load(folder, options);
    }
}
