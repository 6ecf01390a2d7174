package io.pitlane.engines;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.util.Set;

/**
 * ONNX Runtime's CUDA execution provider, which only its GPU build has, and which needs a GPU and
 * NVIDIA's libraries.
 *
 * @param isUsed whether models are loaded with it; nodes that it has no kernels for run on the CPU
 * @param missing why the GPU build computes on the CPU; null where it uses CUDA, and for the CPU
 *     build
 */
record CudaProvider(boolean isUsed, String missing) {

    /** Adds the provider to the options of a session. */
    @FunctionalInterface
    interface Addition {
        void to(OrtSession.SessionOptions options) throws OrtException;
    }

    /**
     * Tries to add the provider where the library has it.
     *
     * @param available the providers of the library
     */
    static CudaProvider of(Set<OrtProvider> available, Addition addition) {
        if (!available.contains(OrtProvider.CUDA)) {
            return new CudaProvider(false, null);
        }
        try (var options = new OrtSession.SessionOptions()) {
            addition.to(options);
            return new CudaProvider(true, null);
        } catch (OrtException e) {
            return new CudaProvider(false, e.getMessage());
        }
    }

    /** The version of the library with what is to be said about CUDA. */
    String describe(String version) {
        if (isUsed) {
            return version + " with CUDA";
        }
        return missing == null ? version : version + ", on the CPU: " + missing;
    }
}
