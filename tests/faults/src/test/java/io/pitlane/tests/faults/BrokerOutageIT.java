package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.step.StageName;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that is down for longer than every time limit of a service. */
@Tag("long")
@Timeout(900)
class BrokerOutageIT extends SharedKillTestCluster {
    /** Longer than the five attempts of one hand-over, each of which waits for a minute. */
    private static final Duration AWAY = Duration.ofMinutes(6);

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
