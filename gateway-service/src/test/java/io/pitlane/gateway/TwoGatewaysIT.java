package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.EmbeddedKafka;
import io.restassured.http.ContentType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to different replicas of the gateway, one after another and at a time. */
class TwoGatewaysIT {
    private static final int ROUNDS = 10;

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static GatewayProcess first;
    private static GatewayProcess second;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        first = GatewayProcess.start(kafka.bootstrapServers(), folder);
        second = GatewayProcess.start(kafka.bootstrapServers(), folder);
    }

    @AfterAll
    static void stop() throws Exception {
        second.close();
        first.close();
        kafka.close();
    }

    @Test
    void aCandidateIsReleasedOnceThoughBothGatewaysAreAskedAtATime() {
        var clients = Executors.newFixedThreadPool(4);
        try (var stages = new SimulatedStages(kafka.bootstrapServers(), Topics.DEFAULT)) {
            for (int round = 0; round < ROUNDS; round++) {
                // Given
                var run = passed(stages);

                // When
                var decisions =
                        Stream.of(first, second, first, second)
                                .map(
                                        gateway ->
                                                CompletableFuture.supplyAsync(
                                                        () -> approve(gateway, run), clients))
                                .toList();

                // Then
                assertThat(decisions).extracting(CompletableFuture::join).containsOnly(200);
                assertThat(stages.read(Topics.DEFAULT.released()))
                        .filteredOn(event -> event.key().equals(run.runId()))
                        .hasSize(1);
            }
        } finally {
            clients.shutdown();
        }
    }

    private static RunState passed(SimulatedStages stages) {
        var id = UUID.randomUUID().toString();
        var state = RunFixtures.state(id, Status.PASSED, 2, Instant.now());
        var plan = state.plan().toBuilder().release(ReleaseMode.MANUAL).build();
        var run = state.toBuilder().plan(plan).build();
        stages.end(run, RunFixtures.result(id, true, run.models()));
        return run;
    }

    private static int approve(GatewayProcess gateway, RunState run) {
        return gateway.request()
                .contentType(ContentType.JSON)
                .body(Map.of("decision", "approve", "reason", "Good."))
                .post(gateway.api() + "/runs/" + run.runId() + "/approval")
                .statusCode();
    }

    @Test
    void whatOneGatewayAcceptedTheOtherKnows() throws Exception {
        var data = first.upload("data", PackedFile.of(1000, 1));
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            second.suspend();
            var model = first.upload("model", PackedFile.of(1000, 100 + round));
            first.register("model-" + round, data);

            // When
            var status =
                    whileItResumes(second, () -> status(second, "/artifacts/" + model.digest()));

            // Then
            assertThat(status).as("the upload").isEqualTo(200);
            assertThat(status(second, "/plans/model-" + round)).isEqualTo(200);

            // Given
            second.suspend();
            var next = first.upload("model", PackedFile.of(1000, 200 + round));

            // When
            var run = whileItResumes(second, () -> second.submit(next, data));

            // Then
            assertThat(status(first, "/runs/" + run.runId())).as("the run").isEqualTo(200);
        }
        assertThat(status(second, "/runs/none")).isEqualTo(404);
    }

    /** Sends a request to a suspended gateway, which answers as soon as it goes on. */
    private static <T> T whileItResumes(GatewayProcess gateway, Supplier<T> request)
            throws Exception {
        var answer = CompletableFuture.supplyAsync(request);
        gateway.resume();
        return answer.get(1, TimeUnit.MINUTES);
    }

    private static int status(GatewayProcess gateway, String path) {
        return given().get(gateway.api() + path).statusCode();
    }
}
