package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.step.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is down for longer than every time limit of a service. */
@Tag("long")
@Timeout(900)
class BrokerOutageIT {
    /** Longer than the five attempts of one hand-over, each of which waits for a minute. */
    private static final Duration AWAY = Duration.ofMinutes(6);

    @TempDir static Path data;
    private static KillTestCluster testCluster;

    @TempDir Path folder;
    private KillTestCluster.Run run;

    @BeforeAll
    static void open() throws IOException {
        testCluster = KillTestCluster.open(data);
    }

    @AfterAll
    static void close() {
        testCluster.close();
    }

    @BeforeEach
    void aRun() {
        run = new KillTestCluster.Run(UUID.randomUUID().toString(), folder);
    }

    @Test
    void workThatEndsWhileTheBrokerIsDownIsDoneOnce() throws Exception {
        // Given
        testCluster.reach(KillPoint.IN_MID_WORK, StageName.PRUNE, run);

        // When
        testCluster.broker().kill();
        testCluster.release(run);
        TestCluster.pass(AWAY);
        testCluster.broker().start();

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(1);
        assertThat(testCluster.replica(StageName.PRUNE).isAlive()).isTrue();
    }
}
