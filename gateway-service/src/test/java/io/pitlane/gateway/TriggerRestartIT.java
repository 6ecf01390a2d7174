package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.step.StageName;
import io.pitlane.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class TriggerRestartIT {
    private static final int TRIGGERS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** The broker looks every ten seconds by default for transactions that have timed out. */
    private static final Map<String, String> PROMPT_ABORTS =
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

    @TempDir Path folder;

    @Test
    void everyTriggerStartsOneRunThoughGatewaysAreKilled() throws Exception {
        try (var kafka =
                EmbeddedKafka.start(
                        folder.resolve("kafka"), GatewayProcess.freePort(), PROMPT_ABORTS)) {
            var brokers = kafka.bootstrapServers();
            try (var first = GatewayProcess.start(brokers, folder);
                    var second = GatewayProcess.start(brokers, folder);
                    var stages = new SimulatedStages(brokers, Topics.DEFAULT)) {
                // Given
                var model = first.upload("model", PackedFile.of(1000, 31));
                first.register("signs", first.upload("data", PackedFile.of(1000, 32)));
                var value =
                        "{\"model\": \"signs\", \"artifact\": \"%s\"}".formatted(model.digest());

                // When
                sendEachTwice(stages, value);
                await().atMost(PATIENCE).until(() -> jobs(stages) > 2);
                first.kill();
                await().atMost(PATIENCE).until(() -> jobs(stages) > TRIGGERS / 2);
                second.kill();
            }
            try (var third = GatewayProcess.start(brokers, folder);
                    var stages = new SimulatedStages(brokers, Topics.DEFAULT)) {

                // Then
                await().atMost(PATIENCE).until(() -> jobs(stages) >= TRIGGERS);
                stages.trigger("/test", "unknown", "{\"model\": \"x\", \"artifact\": \"y\"}");
                await().atMost(PATIENCE)
                        .until(() -> !stages.read(Topics.DEFAULT.deadLetters()).isEmpty());
                assertThat(stages.jobs(StageName.PRUNE))
                        .extracting(Job::runId)
                        .doesNotHaveDuplicates()
                        .hasSize(TRIGGERS);
                assertThat(stages.read(Topics.DEFAULT.runs())).hasSize(TRIGGERS);
                given().get(third.api() + "/plans/signs").then().statusCode(200);
            }
        }
    }

    private static void sendEachTwice(SimulatedStages stages, String value) {
        for (int i = 0; i < TRIGGERS; i++) {
            stages.trigger("/test", "trigger-" + i, value);
            stages.trigger("/test", "trigger-" + i / 2, value);
        }
    }

    private static int jobs(SimulatedStages stages) {
        return stages.jobs(StageName.PRUNE).size();
    }
}
