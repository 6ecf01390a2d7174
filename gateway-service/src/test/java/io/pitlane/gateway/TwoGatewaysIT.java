package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.kafka.EmbeddedKafka;
import java.nio.file.Path;
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
            var data = first.upload("data", PackedFile.of(1000, 1));
            for (int round = 0; round < ROUNDS; round++) {
                // Given
                second.suspend();
                var model = first.upload("model", PackedFile.of(1000, 100 + round));
                first.register("model-" + round, data);

                // When
                var status =
                        whileItResumes(
                                second, () -> status(second, "/artifacts/" + model.digest()));

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
