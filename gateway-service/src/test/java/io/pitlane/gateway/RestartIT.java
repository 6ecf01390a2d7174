package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.result;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartIT {
    @TempDir Path folder;

    @Test
    void aGatewayThatWasKilledKnowsEverythingAgain() throws Exception {
        var ended = UUID.randomUUID().toString();
        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            // Given
            ArtifactRef model;
            RunState running;
            RunState passed;
            int chunks;
            try (var first = GatewayProcess.start(kafka.bootstrapServers(), folder);
                    var stages = new SimulatedStages(kafka.bootstrapServers(), Topics.DEFAULT)) {
                model = first.upload("model", PackedFile.of(1_500_000, 21));
                running = first.submit(model, first.upload("data", PackedFile.of(1_500_000, 22)));
                passed = state(ended, Status.PASSED, 2, Instant.now());
                stages.end(passed, result(ended, true, passed.models()));
                chunks = stages.read(Topics.DEFAULT.artifacts()).size();

                // When
                first.kill();
            }
            try (var second = GatewayProcess.start(kafka.bootstrapServers(), folder);
                    var stages = new SimulatedStages(kafka.bootstrapServers(), Topics.DEFAULT)) {

                // Then
                given().get(second.api() + "/runs")
                        .then()
                        .body("runId", containsInAnyOrder(running.runId(), ended));
                assertThat(
                                given().get(second.api() + "/runs/" + running.runId())
                                        .as(RunState.class))
                        .isEqualTo(running);
                given().get(second.api() + "/runs/" + ended + "/report")
                        .then()
                        .statusCode(200)
                        .body("run", equalTo(ended));
                assertThat(second.upload("model", PackedFile.of(1_500_000, 21))).isEqualTo(model);
                assertThat(stages.read(Topics.DEFAULT.artifacts())).hasSize(chunks);
            }
        }
    }

    @Test
    void aGatewayEndsWithTheProcessThatStartedIt() throws Exception {
        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                var gateway = GatewayProcess.start(kafka.bootstrapServers(), folder)) {
            // When
            gateway.closeInput();

            // Then
            await().atMost(Duration.ofMinutes(1)).until(() -> !gateway.isAlive());
        }
    }
}
