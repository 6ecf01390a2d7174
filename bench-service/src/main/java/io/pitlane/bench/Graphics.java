package io.pitlane.bench;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import io.pitlane.model.runtime.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The graphics processor that TensorFlow works on, if there is one. */
final class Graphics {
    private static final String MODEL = "Model:";

    private Graphics() {}

    /**
     * Its name by NVIDIA's driver below {@code proc}; empty when TensorFlow lists no such device.
     */
    static Optional<String> find(Path proc) {
        TensorFlowRuntime.load();
        return Engine.getEngine("TensorFlow").hasCapability(StandardCapabilities.CUDA)
                ? Optional.of(driverName(proc).orElse("GPU"))
                : Optional.empty();
    }

    /** The first card's name as the driver spells it. */
    static Optional<String> driverName(Path proc) {
        try (var cards = Files.newDirectoryStream(proc.resolve("driver/nvidia/gpus"))) {
            for (var card : cards) {
                for (var line : Files.readAllLines(card.resolve("information"))) {
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
