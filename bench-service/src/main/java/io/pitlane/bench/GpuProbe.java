package io.pitlane.bench;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Detects the GPU that TensorFlow uses. */
final class GpuProbe {
    private static final String MODEL = "Model:";

    private GpuProbe() {}

    /**
     * The GPU's name, as NVIDIA's driver lists it below {@code proc}; empty when TensorFlow has no
     * GPU.
     */
    static Optional<String> find(Path proc) {
        TensorFlowRuntime.load();
        return Engine.getEngine("TensorFlow").hasCapability(StandardCapabilities.CUDA)
                ? Optional.of(driverName(proc).orElse("GPU"))
                : Optional.empty();
    }

    /** The first GPU's model name in the driver's files. */
    static Optional<String> driverName(Path proc) {
        try (var gpus = Files.newDirectoryStream(proc.resolve("driver/nvidia/gpus"))) {
            for (var gpu : gpus) {
                for (var line : Files.readAllLines(gpu.resolve("information"))) {
                    if (line.startsWith(MODEL)) {
                        return Optional.of(line.substring(MODEL.length()).strip());
                    }
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
