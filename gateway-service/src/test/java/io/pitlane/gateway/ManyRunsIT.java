package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.topics.TopicLayout;
import io.pitlane.report.SampleReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that has thousands of runs to read. Prints how long that, and its pages, take. */
@Tag("long")
class ManyRunsIT {
    private static final int RUNS = 5_000;
    private static final int STATES = 3;
    private static final int TRANSACTION = 1_000;
    private static final int REQUESTS = 21;

    @TempDir Path folder;

    @Test
    void thousandsOfRunsAreReadAtTheStartAndListedInPages() throws Exception {
        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                var stages = new SimulatedStages(kafka.bootstrapServers(), Topics.DEFAULT)) {
            // Given
            createTopics(kafka);
            publishRuns(stages);

            // When
            var begin = System.nanoTime();
            try (var gateway = GatewayProcess.start(kafka.bootstrapServers(), folder)) {
                var ready = Duration.ofNanos(System.nanoTime() - begin);
                var first = millis(gateway, "/runs");

                // Then
                var page = Jsoup.parse(given().get(gateway.address() + "/runs").asString());
                assertThat(page.selectFirst(".pages").text()).contains(RUNS + " runs");
                assertThat(page.select("tbody tr")).hasSize(50);
                System.out.printf(
                        "%d runs: ready %d ms after the start; /runs %d ms at first, then %s%n",
                        RUNS, ready.toMillis(), first, medians(gateway));
            }
        }
    }

    private static void createTopics(EmbeddedKafka kafka) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            new TopicLayout(Topics.DEFAULT).createMissing(admin);
        }
    }

    private static String medians(GatewayProcess gateway) {
        return List.of("/runs", "/runs?status=failed", "/released", "/stages", "/plans").stream()
                .map(page -> page + " " + median(gateway, page) + " ms")
                .reduce((all, next) -> all + ", " + next)
                .orElseThrow();
    }

    private static long median(GatewayProcess gateway, String page) {
        return LongStream.range(0, REQUESTS)
                .map(i -> millis(gateway, page))
                .sorted()
                .skip(REQUESTS / 2)
                .findFirst()
                .orElseThrow();
    }

    private static long millis(GatewayProcess gateway, String page) {
        var begin = System.nanoTime();
        given().get(gateway.address() + page).then().statusCode(200);
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    /** Every run with the states that it went through, before any of them is compacted. */
    private static void publishRuns(SimulatedStages stages) {
        var newest = Instant.now();
        var events = new ArrayList<ProducerRecord<String, byte[]>>();
        for (int i = 0; i < RUNS; i++) {
            var id = UUID.randomUUID().toString();
            var submitted = newest.minusSeconds(RUNS - i);
            var states =
                    IntStream.range(0, STATES)
                            .mapToObj(step -> state(id, Status.RUNNING, step, submitted))
                            .toList();
            var ended = state(id, Status.PASSED, STATES - 1, submitted);
            events.addAll(stages.history(states, ended, result(ended)));
            if (events.size() >= TRANSACTION || i == RUNS - 1) {
                stages.publish(events);
                events.clear();
            }
        }
    }

    private static RunResult result(RunState run) {
        var report = SampleReport.onEngines().toBuilder().run(run.runId()).build();
        return new RunResult(report, run.models(), List.of());
    }
}
