package io.pitlane.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCheckpointTest {
    @TempDir private Path folder;

    @Test
    void aStateAboveTheSizeLimitIsNotSavedAndReportedOnce() {
        // Given
        var checkpoints = new FileCheckpoints(folder, Duration.ZERO);
        var states = new TrainingCheckpoint(checkpoints, "t", "f");
        var told = new ArrayList<String>();

        // When
        states.save(large(), told::add);
        states.saveWhenDue(TrainingCheckpointTest::large, told::add);

        // Then
        assertThat(told).hasSize(1);
        assertThat(told.get(0)).contains("larger than 2 GiB");
        assertThat(checkpoints.load("t")).isEmpty();
    }

    /** All variables share one array, to save memory. */
    private static TrainingState large() {
        var shared = new FloatTensor(new float[1 << 20], 1 << 20);
        var variables = new HashMap<String, FloatTensor>();
        for (int i = 0; i < 513; i++) {
            variables.put("v" + i, shared);
        }
        return new TrainingState(
                TrainingPosition.START, new BestEpoch(0, 1, 0, Map.of()), variables);
    }
}
