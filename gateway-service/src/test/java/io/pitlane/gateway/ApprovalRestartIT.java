package io.pitlane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.run.Approval;
import io.pitlane.contract.run.Approval.Decision;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class ApprovalRestartIT {
    private static final int RUNS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** The broker looks every ten seconds by default for transactions that have timed out. */
    private static final Map<String, String> PROMPT_ABORTS =
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

    @TempDir Path folder;

    @Test
    void everyApprovedCandidateIsReleasedOnceThoughGatewaysAreKilled() throws Exception {
        try (var kafka =
                EmbeddedKafka.start(
                        folder.resolve("kafka"), GatewayProcess.freePort(), PROMPT_ABORTS)) {
            var brokers = kafka.bootstrapServers();
            List<String> approved;
            try (var first = GatewayProcess.start(brokers, folder);
                    var second = GatewayProcess.start(brokers, folder);
                    var stages = new SimulatedStages(brokers, Topics.DEFAULT)) {
                // Given
                approved = Stream.generate(() -> passed(stages)).limit(RUNS).toList();

                // When
                for (int i = 0; i < RUNS; i++) {
                    approve(stages, approved.get(i));
                    approve(stages, approved.get(i / 2));
                }
                await().atMost(PATIENCE).until(() -> released(stages).size() > 2);
                first.kill();
                await().atMost(PATIENCE).until(() -> released(stages).size() > RUNS / 2);
                second.kill();
            }
            try (var third = GatewayProcess.start(brokers, folder);
                    var stages = new SimulatedStages(brokers, Topics.DEFAULT)) {

                // Then
                await().atMost(PATIENCE).until(() -> released(stages).size() >= RUNS);
                stages.garbage(Topics.DEFAULT.approvals());
                await().atMost(PATIENCE)
                        .until(() -> !stages.read(Topics.DEFAULT.deadLetters()).isEmpty());
                assertThat(released(stages)).containsExactlyInAnyOrderElementsOf(approved);
                assertThat(approved).allSatisfy(run -> assertThat(isApproved(third, run)).isTrue());
            }
        }
    }

    private static String passed(SimulatedStages stages) {
        var id = UUID.randomUUID().toString();
        var state = RunFixtures.state(id, Status.PASSED, 2, Instant.now());
        var plan = state.plan().toBuilder().release(ReleaseMode.MANUAL).build();
        var run = state.toBuilder().plan(plan).build();
        stages.end(run, RunFixtures.result(id, true, run.models()));
        return id;
    }

    private static void approve(SimulatedStages stages, String run) {
        stages.approve(new Approval(run, Decision.APPROVE, "alice", "Good.", Instant.now()));
    }

    private static List<String> released(SimulatedStages stages) {
        return stages.read(Topics.DEFAULT.released()).stream().map(ConsumerRecord::key).toList();
    }

    private static boolean isApproved(GatewayProcess gateway, String run) {
        return gateway.request().get(gateway.api() + "/runs/" + run).as(RunState.class).approval()
                != null;
    }
}
