package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.step.StageName;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kills one process at a chosen kill point of a run; the run ends as if nothing had been. */
@Tag("long")
@Timeout(600)
class KillIT extends SharedKillTestCluster {
    /** Every kill point with {@code -Dpitlane.faults=all}. */
    private static Stream<KillPoint> killPoints(KillPoint... always) {
        return FaultTestMode.ALL ? Arrays.stream(KillPoint.values()) : Stream.of(always);
    }

    static Stream<KillPoint> whenMaking() {
        return FaultTestMode.ALL
                ? Arrays.stream(KillPoint.values())
                : EnumSet.complementOf(
                        EnumSet.of(KillPoint.BEFORE_RECORDS, KillPoint.BEFORE_OFFSETS))
                        .stream();
    }

    @ParameterizedTest
    @MethodSource("whenMaking")
    void aStageThatMakesAModelIsKilled(KillPoint killPoint) throws Exception {
        // Given
        testCluster.reach(killPoint, StageName.PRUNE, run);

        // When
        testCluster.replica(StageName.PRUNE).kill();
        testCluster.release(run);
        testCluster.start(StageName.PRUNE);

        // Then
        testCluster.assertEndedOnce(run);
        var once = EnumSet.of(KillPoint.AFTER_FETCH, KillPoint.AFTER_COMMIT).contains(killPoint);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(once ? 1 : 2);
    }

    static Stream<KillPoint> whenCached() {
        return FaultTestMode.ALL
                ? Stream.of(
                        KillPoint.BEFORE_RECORDS,
                        KillPoint.BEFORE_OFFSETS,
                        KillPoint.BEFORE_COMMIT,
                        KillPoint.AFTER_COMMIT)
                : Stream.of(KillPoint.BEFORE_COMMIT, KillPoint.AFTER_COMMIT);
    }

    @ParameterizedTest
    @MethodSource("whenCached")
    void aStageThatHandsOverAKnownResultIsKilled(KillPoint killPoint) throws Exception {
        // Given
        testCluster.reachCached(killPoint, run);

        // When
        testCluster.replica(StageName.PRUNE).kill();
        testCluster.release(run);
        testCluster.start(StageName.PRUNE);

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isZero();
        assertThat(run.begunBy(StageName.BENCH)).isEqualTo(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "pitlane.faults", matches = "all")
    void theBrokerIsKilledWhileAKnownResultIsHandedOver() throws Exception {
        // Given
        testCluster.reachCached(KillPoint.BEFORE_COMMIT, run);

        // When
        testCluster.broker().kill();
        testCluster.release(run);
        testCluster.broker().start();

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isZero();
    }

    /** What it left open, nobody can end but the broker: after the transaction's minute. */
    @Test
    @EnabledIfSystemProperty(named = "pitlane.faults", matches = "all")
    void aStageThatIsKilledAndNeverComesBackIsReplaced() throws Exception {
        // Given
        testCluster.reach(KillPoint.BEFORE_COMMIT, StageName.PRUNE, run);

        // When
        testCluster.replica(StageName.PRUNE).kill();
        testCluster.release(run);
        testCluster.start(StageName.PRUNE, 1);

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(2);
        testCluster.start(StageName.PRUNE);
        testCluster.end(StageName.PRUNE, 1);
    }

    static Stream<KillPoint> whenMeasuring() {
        return killPoints(KillPoint.AFTER_COMMIT).filter(m -> m != KillPoint.CHUNKS_SENT);
    }

    @ParameterizedTest
    @MethodSource("whenMeasuring")
    void aStageThatMeasuresIsKilled(KillPoint killPoint) throws Exception {
        // Given
        testCluster.reach(killPoint, StageName.BENCH, run);

        // When
        testCluster.replica(StageName.BENCH).kill();
        testCluster.release(run);
        testCluster.start(StageName.BENCH);

        // Then
        testCluster.assertEndedOnce(run);
    }

    @Test
    void theProcessThatDoesTheWorkIsKilled() throws Exception {
        // Given
        testCluster.reach(KillPoint.IN_MID_WORK, StageName.PRUNE, run);

        // When
        testCluster.replica(StageName.PRUNE).children().forEach(ProcessHandle::destroyForcibly);
        testCluster.release(run);

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(2);
    }

    static Stream<KillPoint> whenTheBrokerIsKilled() {
        return killPoints(KillPoint.BEFORE_COMMIT);
    }

    @ParameterizedTest
    @MethodSource("whenTheBrokerIsKilled")
    void theBrokerIsKilled(KillPoint killPoint) throws Exception {
        // Given
        testCluster.reach(killPoint, StageName.PRUNE, run);

        // When
        testCluster.broker().kill();
        if (killPoint == KillPoint.AFTER_FETCH) {
            testCluster.replica(StageName.PRUNE).resume();
        }
        testCluster.release(run);
        testCluster.broker().start();

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(testCluster.replica(StageName.PRUNE).isAlive()).isTrue();
        assertThat(testCluster.replica(StageName.BENCH).isAlive()).isTrue();
    }

    static Stream<KillPoint> whenTheBrokerIsAway() {
        return FaultTestMode.ALL
                ? Stream.of(KillPoint.IN_MID_WORK, KillPoint.BEFORE_COMMIT)
                : Stream.of(KillPoint.IN_MID_WORK);
    }

    /** Longer than a session, and with {@code -Dpitlane.faults=all} than most time-outs. */
    @ParameterizedTest
    @MethodSource("whenTheBrokerIsAway")
    void theBrokerAnswersNobodyForAWhile(KillPoint killPoint) throws Exception {
        // Given
        var away = Duration.ofSeconds(FaultTestMode.ALL ? 75 : 10);
        testCluster.reach(killPoint, StageName.PRUNE, run);

        // When
        testCluster.broker().pause();
        testCluster.release(run);
        TestCluster.pass(away);
        testCluster.broker().resume();

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(1);
    }
}
