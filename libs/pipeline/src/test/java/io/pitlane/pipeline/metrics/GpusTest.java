package io.pitlane.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpusTest {
    @TempDir Path devices;

    @Test
    void onlyTheDevicesOfGpusCount() throws IOException {
        // Given
        for (var name : List.of("nvidia0", "nvidia11", "nvidiactl", "nvidia-uvm", "null")) {
            Files.createFile(devices.resolve(name));
        }

        // When
        var count = Gpus.count(devices);

        // Then
        assertThat(count).isEqualTo(2);
    }

    @Test
    void aMachineWithoutDeviceFilesHasNone() {
        assertThat(Gpus.count(devices.resolve("none"))).isZero();
    }
}
