package io.pitlane.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFormatTest {
    private static final TrainingState STATE =
            new TrainingState(
                    new TrainingPosition(3, 7, 812, 12.5, 448, 0.25, 2),
                    new BestEpoch(2, 0.75, 1, Map.of("kernel", tensor(1, -0f, Float.MIN_VALUE))),
                    Map.of("kernel", tensor(4, 5, 6), "kernel/pitlane_adam_m", tensor(7, 8, 9)));

    @TempDir private Path folder;

    @Test
    void aStateReadBackIsTheSameBitForBit() throws CheckpointFormat.UnusableException {
        var again = CheckpointFormat.read("f", CheckpointFormat.write("f", STATE));

        assertThat(again).isEqualTo(STATE);
        assertThat(again.isOver()).isFalse();
    }

    @Test
    void aDamagedStateIsNotUsed() {
        byte[] bytes = CheckpointFormat.write("f", STATE);
        bytes[bytes.length / 2] ^= 1;

        assertThatThrownBy(() -> CheckpointFormat.read("f", bytes)).hasMessage("it is damaged");
        assertThatThrownBy(() -> CheckpointFormat.read("f", Arrays.copyOf(bytes, 40)))
                .hasMessage("it is damaged");
        assertThatThrownBy(() -> CheckpointFormat.read("f", new byte[3]))
                .hasMessage("it is damaged");
    }

    @Test
    void theStateOfAnotherTrainingIsNotUsed() {
        byte[] bytes = CheckpointFormat.write("f", STATE);

        assertThatThrownBy(() -> CheckpointFormat.read("g", bytes))
                .hasMessage("it belongs to another training");
    }

    @Test
    void filesAreReplacedAtomically() throws IOException {
        var checkpoints = new FileCheckpoints(folder, Duration.ofSeconds(30));

        assertThat(checkpoints.load("fine-tuning")).isEmpty();
        checkpoints.save("fine-tuning", new byte[] {1, 2});
        checkpoints.save("fine-tuning", new byte[] {3});

        assertThat(checkpoints.load("fine-tuning")).contains(new byte[] {3});
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("fine-tuning.ckpt"));
        }
    }

    private static FloatTensor tensor(float... values) {
        return new FloatTensor(values, 1, values.length);
    }
}
