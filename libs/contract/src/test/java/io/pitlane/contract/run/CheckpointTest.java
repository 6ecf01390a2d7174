package io.pitlane.contract.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    /** A service knows its own record by that. */
    @Test
    void whatIsReadEqualsWhatWasWritten() throws IOException {
        // Given
        var kept = new ArtifactRef("a".repeat(64), 7, ArtifactRef.Kind.CHECKPOINT, 3, 11, 12, 2);
        var written =
                new Checkpoint(
                        "run",
                        1,
                        null,
                        kept,
                        List.of("a", "b"),
                        Instant.parse("2026-01-02T03:04:05.123456789Z"));

        // When
        var json = ContractJson.MAPPER.writeValueAsBytes(written);

        // Then
        assertThat(ContractJson.MAPPER.readValue(json, Checkpoint.class)).isEqualTo(written);
    }
}
