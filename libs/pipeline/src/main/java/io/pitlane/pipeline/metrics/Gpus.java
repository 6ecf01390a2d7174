package io.pitlane.pipeline.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The GPUs of this machine or container, by the device files that NVIDIA's driver makes. */
public final class Gpus {
    private Gpus() {}

    /**
     * How many there are.
     *
     * @param devices the folder of device files, {@code /dev}
     */
    public static int count(Path devices) {
        if (!Files.isDirectory(devices)) {
            return 0;
        }
        try (var files = Files.newDirectoryStream(devices, "nvidia[0-9]*")) {
            int count = 0;
            for (var file : files) {
                count += file.getFileName().toString().matches("nvidia\\d+") ? 1 : 0;
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
