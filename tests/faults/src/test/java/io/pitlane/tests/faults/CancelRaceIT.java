package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.run.Cancellation;
import io.pitlane.contract.step.StageName;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run is cancelled while a stage commits its outcome; it ends once. */
@Tag("long")
@Timeout(600)
class CancelRaceIT extends SharedKillTestCluster {
    private static final Topics TOPICS = Topics.DEFAULT;

    @Test
    void aRunThatEndsAtTheSameTimeKeepsItsResult() throws Exception {
        // Given
        testCluster.reach(KillPoint.BEFORE_COMMIT, StageName.BENCH, run);

        // When
        cancel();
        testCluster.release(run);

        // Then
        testCluster.assertEndedOnce(run);
    }

    @Test
    void aStepThatEndsAtTheSameTimeIsTheLast() throws Exception {
        // Given
        testCluster.reach(KillPoint.BEFORE_COMMIT, StageName.PRUNE, run);

        // When
        cancel();
        testCluster.release(run);

        // Then
        assertCancelledOnce();
    }

    @Test
    void aStageThatIsKilledAsItCommitsTheCancellationCommitsItOnce() throws Exception {
        // Given
        testCluster.reach(KillPoint.IN_MID_WORK, StageName.PRUNE, run);
        var producer = "producer-" + KillTestCluster.transactionalId(StageName.PRUNE);
        var hold = KillPoint.AFTER_COMMIT.holdAt(testCluster.proxy(), producer);

        // When
        cancel();
        hold.await();
        testCluster.replica(StageName.PRUNE).kill();
        testCluster.release(run);
        testCluster.start(StageName.PRUNE);

        // Then
        assertCancelledOnce();
    }

    private void cancel() {
        var cancellation = new Cancellation(run.id(), Instant.now());
        var events = testCluster.testCluster().events();
        testCluster.testCluster().cluster().send(events.cancellation(cancellation));
    }

    private void assertCancelledOnce() {
        var cluster = testCluster.testCluster().cluster();
        assertThat(cluster.awaitEvents(TOPICS.failures(), run.id(), Failure.class))
                .extracting(Failure::kind)
                .containsExactly(Failure.Kind.CANCELLED);
        TestCluster.until(() -> assertThat(testCluster.checks().openTransactions()).isEmpty());
        assertThat(cluster.committed(TOPICS.failures(), run.id())).hasSize(1);
        assertThat(cluster.committed(TOPICS.results(), run.id())).isEmpty();
        assertThat(run.begunBy(StageName.BENCH)).isZero();
    }
}
