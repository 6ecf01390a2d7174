package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.PLAN;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.kafka.EmbeddedKafka;
import io.restassured.http.ContentType;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that follow each other, to different replicas of the gateway. */
class TwoGatewaysIT {
    private static final int ROUNDS = 10;

    @TempDir Path folder;

    @Test
    void whatOneGatewayAcceptedTheOtherKnows() throws Exception {
        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                var first = GatewayProcess.start(kafka.bootstrapServers(), folder);
                var second = GatewayProcess.start(kafka.bootstrapServers(), folder)) {
            var data = upload(first, "data", 1);
            for (int round = 0; round < ROUNDS; round++) {
                // Given
                second.suspend();
                var model = upload(first, "model", 100 + round);
                register(first, "model-" + round, data);

                // When
                var status =
                        whileItResumes(
                                second, () -> status(second, "/artifacts/" + model.digest()));

                // Then
                assertThat(status).as("the upload").isEqualTo(200);
                assertThat(status(second, "/plans/model-" + round)).isEqualTo(200);

                // Given
                second.suspend();
                var next = upload(first, "model", 200 + round);

                // When
                var run = whileItResumes(second, () -> submit(second, next, data));

                // Then
                assertThat(status(first, "/runs/" + run.runId())).as("the run").isEqualTo(200);
            }
            assertThat(status(second, "/runs/none")).isEqualTo(404);
        }
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

    private static RunState submit(GatewayProcess gateway, ArtifactRef model, ArtifactRef data) {
        return given().contentType(ContentType.JSON)
                .body(new RunRequest(PLAN, model.digest(), data.digest()))
                .post(gateway.api() + "/runs")
                .then()
                .statusCode(201)
                .extract()
                .as(RunState.class);
    }

    private static void register(GatewayProcess gateway, String model, ArtifactRef data) {
        given().contentType(ContentType.JSON)
                .body(Map.of("plan", PLAN, "data", data.digest()))
                .put(gateway.api() + "/plans/" + model)
                .then()
                .statusCode(200);
    }

    private static ArtifactRef upload(GatewayProcess gateway, String kind, long seed) {
        return given().contentType("application/gzip")
                .body(PackedFile.of(1000, seed))
                .post(gateway.api() + "/artifacts?kind=" + kind)
                .then()
                .statusCode(200)
                .extract()
                .as(ArtifactRef.class);
    }
}
