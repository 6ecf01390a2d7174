package io.pitlane.gateway.stages;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.step.StageName;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReplicaProgressTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final ReplicaProgress replicas = new ReplicaProgress(2);

    @Test
    void theLatestEventOfAReplicaIsKept() {
        // When
        replicas.accept(event("prune-1", "second", 2));
        replicas.accept(event("prune-1", "first", 1));
        replicas.accept(event("prune-1", null, 3));

        // Then
        var known = replicas.of(StageName.PRUNE, "prune-1").orElseThrow();
        assertThat(known.message()).isEqualTo("second");
        assertThat(known.at()).isEqualTo(START.plusSeconds(3));
        assertThat(replicas.of(StageName.NAS, "prune-1")).isEmpty();
    }

    @Test
    void replicasThatReportedLongAgoAreForgotten() {
        // When
        for (var name : new String[] {"prune-1", "prune-2", "prune-3"}) {
            replicas.accept(event(name, "working", 1));
        }
        replicas.accept(event(null, "working", 1));

        // Then
        assertThat(replicas.of(StageName.PRUNE, "prune-1")).isEmpty();
        assertThat(replicas.of(StageName.PRUNE, "prune-3")).isPresent();
    }

    private static Progress event(String replica, String message, int second) {
        return Progress.builder()
                .runId("run")
                .stage(StageName.PRUNE)
                .replica(replica)
                .message(message)
                .at(START.plusSeconds(second))
                .build();
    }
}
