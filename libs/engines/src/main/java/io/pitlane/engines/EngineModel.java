package io.pitlane.engines;

import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.ImageModel;
import io.pitlane.graph.runtime.ModelInputs;

/**
 * A model that an engine has loaded. Every output of a call is copied once, out of the engine's
 * memory; the images are copied once, into memory that the next call of the same shape uses again.
 *
 * <p>Not thread-safe; models on different threads do not affect each other. Holds native memory:
 * close it.
 */
public interface EngineModel extends ImageModel, AutoCloseable {

    /** The inputs of the model and what they are fed. */
    ModelInputs inputs();

    @Override
    default GraphSignature signature() {
        return inputs().signature();
    }

    @Override
    default GraphSignature.Port input() {
        return inputs().image();
    }

    @Override
    void close();
}
