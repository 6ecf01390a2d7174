package io.pitlane.pipeline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.RunRequest;
import io.pitlane.contract.StageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kills one process at a chosen moment of a run; the run ends as if nothing had been. */
@Timeout(300)
class KillIT {
    @TempDir static Path data;
    private static KillSite site;

    @TempDir Path folder;
    private KillSite.Run run;

    @BeforeAll
    static void open() throws IOException {
        site = KillSite.open(data);
    }

    @AfterAll
    static void close() {
        site.close();
    }

    @BeforeEach
    void aRun() {
        run = new KillSite.Run(UUID.randomUUID().toString(), folder);
    }

    /** Every moment in the long form. */
    private static Stream<Moment> moments(Moment... always) {
        return Form.LONG ? Arrays.stream(Moment.values()) : Stream.of(always);
    }

    /** A stage, and the process that does its work. */
    @Nested
    class AStage {

        static Stream<Moment> whenMaking() {
            return Form.LONG
                    ? Arrays.stream(Moment.values())
                    : EnumSet.complementOf(EnumSet.of(Moment.BEFORE_OFFSETS)).stream();
        }

        @ParameterizedTest
        @MethodSource("whenMaking")
        void thatMakesAModelIsKilled(Moment moment) throws Exception {
            // Given
            site.reach(moment, StageName.PRUNE, run);

            // When
            site.replica(StageName.PRUNE).kill();
            site.release(run);
            site.start(StageName.PRUNE);

            // Then
            site.assertEndedOnce(run);
            var once = EnumSet.of(Moment.AFTER_FETCH, Moment.AFTER_COMMIT).contains(moment);
            assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(once ? 1 : 2);
        }

        static Stream<Moment> whenMeasuring() {
            return moments(Moment.AFTER_COMMIT).filter(m -> m != Moment.CHUNKS_SENT);
        }

        @ParameterizedTest
        @MethodSource("whenMeasuring")
        void thatMeasuresIsKilled(Moment moment) throws Exception {
            // Given
            site.reach(moment, StageName.BENCH, run);

            // When
            site.replica(StageName.BENCH).kill();
            site.release(run);
            site.start(StageName.BENCH);

            // Then
            site.assertEndedOnce(run);
        }

        @Test
        void hasItsChildKilledAndStartsAnother() throws Exception {
            // Given
            site.reach(Moment.IN_MID_WORK, StageName.PRUNE, run);

            // When
            site.replica(StageName.PRUNE).children().forEach(ProcessHandle::destroyForcibly);
            site.release(run);

            // Then
            site.assertEndedOnce(run);
            assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(2);
        }
    }

    /** The broker, which comes back with what it had. */
    @Nested
    class TheBroker {

        static Stream<Moment> whenKilled() {
            return moments(Moment.BEFORE_COMMIT);
        }

        @ParameterizedTest
        @MethodSource("whenKilled")
        void isKilled(Moment moment) throws Exception {
            // Given
            site.reach(moment, StageName.PRUNE, run);

            // When
            site.broker().kill();
            if (moment == Moment.AFTER_FETCH) {
                site.replica(StageName.PRUNE).resume();
            }
            site.release(run);
            site.broker().start();

            // Then
            site.assertEndedOnce(run);
            assertThat(site.replica(StageName.PRUNE).isAlive()).isTrue();
            assertThat(site.replica(StageName.BENCH).isAlive()).isTrue();
        }

        static Stream<Moment> whenAway() {
            return Form.LONG
                    ? Stream.of(Moment.IN_MID_WORK, Moment.BEFORE_COMMIT)
                    : Stream.of(Moment.IN_MID_WORK);
        }

        /** Longer than a session, and in the long form than most time-outs. */
        @ParameterizedTest
        @MethodSource("whenAway")
        void answersNobodyForAWhile(Moment moment) throws Exception {
            // Given
            var away = Duration.ofSeconds(Form.LONG ? 75 : 10);
            site.reach(moment, StageName.PRUNE, run);

            // When
            site.broker().pause();
            site.release(run);
            await().pollDelay(away).atMost(away.multipliedBy(2)).until(() -> true);
            site.broker().resume();

            // Then
            site.assertEndedOnce(run);
            assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(1);
        }
    }

    /** The gateway; what it has not confirmed, its client asks for again. */
    @Nested
    class TheGateway {
        private GatewayProcess gateway;

        @BeforeEach
        void start() throws Exception {
            gateway = GatewayProcess.start(site.site(), data);
        }

        @AfterEach
        void end() {
            gateway.close();
        }

        private void killAndStartAgain() throws Exception {
            gateway.kill();
            site.release(run);
            start();
        }

        @Test
        void isKilledInTheMiddleOfAnUpload() throws Exception {
            // Given
            var file = packed("saved_model.pb");
            var hold = site.gate().hold(KafkaGate.Side.REQUEST, ApiKeys.PRODUCE, "producer-1", 3);
            var upload = gateway.uploadInBackground("model", file);
            hold.await();
            var partial = Ledger.partialUploads(site.ledger().allChunks());
            site.ledger().expectOrphans(partial);

            // When
            killAndStartAgain();

            // Then
            assertThat(upload).failsWithin(Duration.ofSeconds(60));
            assertThat(partial).isNotEmpty();
            assertThat(gateway.knows(sha256(file))).isFalse();
            assertThat(gateway.upload("model", file)).isEqualTo(sha256(file));
            assertThat(gateway.knows(sha256(file))).isTrue();
        }

        @Test
        void isKilledJustBeforeItAcceptsARun() throws Exception {
            // Given
            var request = request("free");
            var hold = site.gate().hold(KafkaGate.Side.REQUEST, ApiKeys.END_TXN, "gateway", 1);
            var submission = gateway.submitInBackground(request);
            hold.await();

            // When
            killAndStartAgain();

            // Then
            assertThat(submission).failsWithin(Duration.ofSeconds(60));
            Site.until(() -> assertThat(site.ledger().openTransactions()).isEmpty());
            assertThat(gateway.runs(folder)).isEmpty();
            var id = gateway.submit(request);
            site.ledger().assertEndedOnce(id);
            assertThat(gateway.runs(folder)).containsExactly(id);
            assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(1);
        }

        @Test
        void isKilledJustAfterItHasAcceptedARun() throws Exception {
            // Given
            var request = request("free");
            var hold = site.gate().hold(KafkaGate.Side.ANSWER, ApiKeys.END_TXN, "gateway", 1);
            gateway.submitInBackground(request);
            hold.await();

            // When
            killAndStartAgain();

            // Then
            Site.until(() -> assertThat(gateway.runs(folder)).hasSize(1));
            var id = gateway.runs(folder).get(0);
            site.ledger().assertEndedOnce(id);
            Site.until(() -> assertThat(gateway.status(id)).isEqualTo("PASSED"));
        }

        @Test
        void isAwayWhileARunGoesOn() throws Exception {
            // Given
            var id = gateway.submit(request("held"));
            Site.untilNoted(run.diary(), "holds", 1);

            // When
            gateway.kill();
            site.release(run);
            site.ledger().assertEndedOnce(id);
            start();

            // Then
            assertThat(gateway.status(id)).isEqualTo("PASSED");
        }

        private RunRequest request(String name) throws Exception {
            return new RunRequest(
                    Site.written(name, folder, "prune: {ratio: 0.5}"),
                    gateway.upload("model", packed("saved_model.pb")),
                    gateway.upload("data", packed("labels")));
        }

        private Path packed(String name) throws IOException {
            var file = folder.resolve(name + ".tar.gz");
            try (var archive = new HostileArchive(file)) {
                archive.random(name, 4 << 20);
            }
            return file;
        }
    }

    private static String sha256(Path file) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }
}
