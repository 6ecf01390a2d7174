package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.step.StageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The gateway is killed; what it has not confirmed, its client asks for again. */
@Tag("long")
@Timeout(600)
class GatewayKillIT extends SharedKillTestCluster {
    private GatewayProcess gateway;

    @BeforeEach
    void aGateway() throws Exception {
        start();
    }

    private void start() throws Exception {
        gateway = GatewayProcess.start(testCluster.testCluster(), data);
    }

    @AfterEach
    void end() {
        gateway.close();
    }

    private void killAndStartAgain() throws Exception {
        gateway.kill();
        testCluster.release(run);
        start();
    }

    @Test
    void isKilledInTheMiddleOfAnUpload() throws Exception {
        // Given
        var file = packed("saved_model.pb");
        var hold =
                testCluster.proxy().hold(KafkaProxy.Side.REQUEST, ApiKeys.PRODUCE, "producer-1", 3);
        var upload = gateway.uploadInBackground("model", file);
        hold.await();
        var partial = TopicChecks.partialUploads(testCluster.checks().allChunks());
        testCluster.checks().expectOrphans(partial);

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
        var hold = testCluster.proxy().hold(KafkaProxy.Side.REQUEST, ApiKeys.END_TXN, "gateway", 1);
        var submission = gateway.submitInBackground(request);
        hold.await();

        // When
        killAndStartAgain();

        // Then
        assertThat(submission).failsWithin(Duration.ofSeconds(60));
        TestCluster.until(() -> assertThat(testCluster.checks().openTransactions()).isEmpty());
        assertThat(gateway.runs(folder)).isEmpty();
        var id = gateway.submit(request);
        testCluster.checks().assertEndedOnce(id);
        assertThat(gateway.runs(folder)).containsExactly(id);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(1);
    }

    @Test
    void isKilledJustAfterItHasAcceptedARun() throws Exception {
        // Given
        var request = request("free");
        var hold = testCluster.proxy().hold(KafkaProxy.Side.ANSWER, ApiKeys.END_TXN, "gateway", 1);
        gateway.submitInBackground(request);
        hold.await();

        // When
        killAndStartAgain();

        // Then
        TestCluster.until(() -> assertThat(gateway.runs(folder)).hasSize(1));
        var id = gateway.runs(folder).get(0);
        testCluster.checks().assertEndedOnce(id);
        TestCluster.until(() -> assertThat(gateway.status(id)).isEqualTo("PASSED"));
    }

    @Test
    void isKilledJustAfterItHasStoredACancellation() throws Exception {
        // Given
        var id = gateway.submit(request("held"));
        TestCluster.untilNoted(run.eventLog(), "holds", 1);
        var hold = testCluster.proxy().hold(KafkaProxy.Side.ANSWER, ApiKeys.END_TXN, "gateway", 1);
        gateway.cancelInBackground(id);
        hold.await();

        // When
        killAndStartAgain();

        // Then
        TestCluster.until(() -> assertThat(gateway.status(id)).isEqualTo("CANCELLED"));
        assertThat(run.begunBy(StageName.BENCH)).isZero();
    }

    @Test
    void isAwayWhileARunGoesOn() throws Exception {
        // Given
        var id = gateway.submit(request("held"));
        TestCluster.untilNoted(run.eventLog(), "holds", 1);

        // When
        gateway.kill();
        testCluster.release(run);
        testCluster.checks().assertEndedOnce(id);
        start();

        // Then
        assertThat(gateway.status(id)).isEqualTo("PASSED");
    }

    private RunRequest request(String name) throws Exception {
        return new RunRequest(
                TestCluster.written(name, folder, "prune: {ratio: 0.5}"),
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

    private static String sha256(Path file) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }
}
