package io.pitlane.engines;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.pitlane.contract.engine.Engine;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CudaProviderTest {

    @BeforeAll
    static void loadTheLibrary() {
        InferenceEngine.of(Engine.ONNXRUNTIME);
    }

    @Test
    void aLibraryWithoutTheProviderComputesOnTheCpuAndSaysNothing() {
        var cuda = CudaProvider.of(EnumSet.of(OrtProvider.CPU), OrtSession.SessionOptions::addCUDA);

        assertThat(cuda.isUsed()).isFalse();
        assertThat(cuda.describe("1.29.0")).isEqualTo("1.29.0");
    }

    /** The library of the tests has no CUDA, as the GPU build has none on a machine without GPU. */
    @Test
    void aProviderThatCannotBeLoadedIsSaidToBeMissing() {
        var cuda =
                CudaProvider.of(
                        EnumSet.of(OrtProvider.CPU, OrtProvider.CUDA),
                        OrtSession.SessionOptions::addCUDA);

        assertThat(cuda.isUsed()).isFalse();
        assertThat(cuda.describe("1.29.0")).startsWith("1.29.0, on the CPU: ").contains("CUDA");
    }

    @Test
    void aProviderThatLoadsIsUsed() {
        var cuda = CudaProvider.of(EnumSet.of(OrtProvider.CUDA), options -> {});

        assertThat(cuda.isUsed()).isTrue();
        assertThat(cuda.describe("1.29.0")).isEqualTo("1.29.0 with CUDA");
    }
}
