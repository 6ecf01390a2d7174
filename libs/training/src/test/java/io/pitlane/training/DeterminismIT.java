package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DeterminismIT {

    @Test
    void onOneThreadTheSameTrainingGivesTheSameBitsInAnotherProcess() throws IOException {
        var once = digest(1);
        var again = digest(1);

        assertThat(again).isEqualTo(once).matches("[0-9a-f]{64}");
    }

    private static String digest(int threads) throws IOException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Dpitlane.threads=" + threads,
                                "-cp",
                                System.getProperty("java.class.path"),
                                TrainingDigest.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
