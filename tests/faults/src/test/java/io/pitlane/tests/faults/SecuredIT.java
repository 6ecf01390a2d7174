package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.Topics;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.step.StageName;
import io.pitlane.kafka.secured.RecordingAuthorizer;
import io.pitlane.pipeline.testing.DeclaredAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class SecuredIT {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final Map<String, String> TALKATIVE =
            Map.of(
                    "pitlane.checkpoint.every", "0.2S",
                    "quarkus.log.category.\"io.pitlane\".level", "DEBUG",
                    "quarkus.log.category.\"io.smallrye\".level", "DEBUG",
                    "quarkus.log.category.\"org.apache.kafka.common.config\".level", "INFO");

    @TempDir static Path data;
    private static SecuredTestCluster testCluster;

    @TempDir Path folder;
    private final String runId = UUID.randomUUID().toString();
    private EventLog eventLog;

    @BeforeAll
    static void open() {
        testCluster = SecuredTestCluster.open(data);
    }

    @AfterAll
    static void close() {
        testCluster.close();
    }

    @BeforeEach
    void openEventLog() {
        eventLog = new EventLog(folder.toString());
    }

    @AfterEach
    void endReplicas() {
        testCluster.clear();
    }

    @Test
    void aRunGoesThroughWithEachServicesOwnRightsAndNeedsThemAll() throws IOException {
        // Given
        var services = List.of("prune", "nas", "bench");
        for (var service : services) {
            testCluster.start(service, TALKATIVE);
        }

        // When
        submit(plan("held"));
        sendWhereItDoesNotBelong();
        TestCluster.untilNoted(eventLog, "holds", 1);
        untilCheckpointed();
        restart("prune");
        eventLog.permit("go");
        TestCluster.untilNoted(eventLog, "winner begins", 1);
        restart("nas");
        eventLog.permit("win");

        // Then
        var results = testCluster.cluster().awaitEvents(TOPICS.results(), runId, RunResult.class);
        assertThat(results).hasSize(1);
        assertThat(results.get(0).models()).hasSize(3);
        assertThat(TestCluster.noted(eventLog, "begins at "))
                .hasSize(2)
                .last()
                .isNotEqualTo("begins at 0");
        assertThat(TestCluster.noted(eventLog, "trial ")).hasSize(2);
        assertThat(TestCluster.noted(eventLog, "winner begins")).hasSize(2);
        TestCluster.until(
                () ->
                        assertThat(testCluster.cluster().committed(TOPICS.deadLetters(), "astray"))
                                .hasSize(4));
        for (var service : services) {
            assertThat(unused(service)).as("rights of %s without use", service).isEmpty();
            assertThat(testCluster.log(service))
                    .as("log of %s", service)
                    .contains("sasl.jaas.config = [hidden]")
                    .doesNotContain(testCluster.kafka().secrets().toArray(String[]::new));
        }
    }

    private void untilCheckpointed() {
        var key = runId + ":0";
        TestCluster.until(
                () ->
                        assertThat(
                                        testCluster
                                                .cluster()
                                                .events(
                                                        TOPICS.checkpoints(),
                                                        key,
                                                        Checkpoint.class))
                                .anyMatch(checkpoint -> checkpoint.artifact() != null));
    }

    /** Takes the place of a replica that was killed. */
    private static void restart(String service) throws IOException {
        testCluster.kill(service);
        testCluster.start(service, TALKATIVE);
    }

    /** A job for prune with the others, one for bench with prune, and with trials none at all. */
    private void sendWhereItDoesNotBelong() throws IOException {
        var job = testCluster.jobs().first("astray", plan("held"));
        var last = testCluster.jobs().last("astray", "held");
        send(TOPICS.jobs(StageName.NAS), testCluster.events().job(job).value());
        send(TOPICS.jobs(StageName.BENCH), testCluster.events().job(job).value());
        send(TOPICS.jobs(StageName.PRUNE), testCluster.events().job(last).value());
        send(TOPICS.trials(), bytes("no trial"));
    }

    private static void send(String topic, byte[] value) {
        testCluster.cluster().send(new ProducerRecord<>(topic, "astray", value));
    }

    /** Nobody's plan has every stage after every other: one that is handed on to will do. */
    private static List<AclBinding> unused(String service) {
        var access =
                DeclaredAccess.all(TOPICS).stream()
                        .filter(a -> a.service().equals(service))
                        .findFirst()
                        .orElseThrow();
        return access.acls("User:" + service).stream()
                .filter(acl -> !isNextJob(acl))
                .filter(acl -> !RecordingAuthorizer.isUsed(acl))
                .toList();
    }

    private static boolean isNextJob(AclBinding acl) {
        return acl.entry().operation() == AclOperation.WRITE
                && acl.pattern().name().startsWith("pitlane.jobs.");
    }

    @Test
    void theProcessThatDoesTheWorkGetsNoPassword() throws IOException {
        // Given
        var replica = testCluster.start("prune", Map.of());

        // When
        submit(TestCluster.plan("held", folder, "prune: {ratio: 0.5}"));
        TestCluster.untilNoted(eventLog, "holds", 1);

        // Then
        var child = replica.children().get(0);
        var secrets = testCluster.kafka().secrets().toArray(String[]::new);
        var process = Path.of("/proc", String.valueOf(child.pid()));
        assertThat(Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1))
                .contains("OMP_NUM_THREADS")
                .doesNotContain("KAFKA")
                .doesNotContain(secrets);
        assertThat(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1))
                .contains("task.json")
                .doesNotContainIgnoringCase("kafka.")
                .doesNotContain(secrets);
        try (var files = Files.walk(data.resolve("prune-as-prune/work"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .anyMatch(file -> file.endsWith("task.json"))
                    .allSatisfy(
                            file ->
                                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                                            .doesNotContain(secrets));
        }
        eventLog.permit("go");
    }

    @Test
    void aServiceCannotWriteToATopicThatIsNotItsOwn() {
        for (var topic : List.of(TOPICS.results(), TOPICS.released(), TOPICS.artifactIndex())) {
            try (var probe = producer("prune")) {
                var record = new ProducerRecord<>(topic, runId, bytes("forged"));

                assertThatThrownBy(() -> probe.send(record).get())
                        .as(topic)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(TopicAuthorizationException.class);
            }
        }
        assertThat(testCluster.cluster().committed(TOPICS.results(), runId)).isEmpty();
    }

    @Test
    void aServiceThatLacksARightSaysWhichOneBeginsNothingAndGoesOnWhenItHasIt() throws IOException {
        // Given
        var lacking =
                DeclaredAccess.ofStage(TOPICS, StageName.PRUNE).acls("User:prune").stream()
                        .filter(acl -> acl.pattern().name().equals(TOPICS.failures()))
                        .toList();
        testCluster.kafka().revoke(lacking);
        submit(TestCluster.plan("held", folder, "prune: {ratio: 0.5}"));

        // When
        var replica = testCluster.start("prune", Map.of());

        // Then
        TestCluster.until(
                () ->
                        assertThat(replica.log())
                                .contains(
                                        "The prune service may not write topic pitlane.failures."
                                                + " Allow its user what docs/how-to/secure.md"
                                                + " lists for prune.",
                                        "Kafka does not allow pitlane.jobs.prune"));
        assertThat(eventLog.lines()).isEmpty();
        testCluster.kafka().grant(lacking);
        eventLog.permit("go");
        var next =
                testCluster.cluster().awaitEvents(TOPICS.jobs(StageName.BENCH), runId, Job.class);
        assertThat(next).hasSize(1);
    }

    @Test
    void aServiceThatMayNotReadItsJobsSaysSo() throws IOException {
        // When
        var replica = testCluster.start("prune", "bench", Map.of());

        // Then
        TestCluster.until(
                () ->
                        assertThat(replica.log())
                                .contains(
                                        "The prune service may not read topic"
                                                + " pitlane.artifacts.checkpoints, read topic"
                                                + " pitlane.jobs.prune",
                                        "read group pitlane.prune"));
    }

    @Test
    void aServiceWithAWrongPasswordSaysSo() throws IOException {
        // When
        var replica = testCluster.start("prune", "a stranger", Map.of());

        // Then
        TestCluster.until(
                () ->
                        assertThat(replica.log())
                                .contains("Kafka does not let the prune service in:"));
    }

    private KafkaProducer<String, byte[]> producer(String user) {
        return new KafkaProducer<>(
                new HashMap<>(testCluster.kafka().client(user)),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private void submit(Plan plan) throws IOException {
        testCluster.cluster().send(testCluster.events().job(testCluster.jobs().first(runId, plan)));
    }

    /**
     * Every kind of work there is: checkpoints, trials, a result, the step cache. The seed is that
     * of no other plan, whose result would be found there.
     */
    private Plan plan(String name) {
        return PlanReader.read(
                """
                name: %s
                model: %s
                data:
                  train: {images: images.gz, labels: labels.gz}
                  test: {images: images.gz, labels: labels.gz}
                steps:
                  - prune: {ratio: 0.5}
                  - nas: {search: {parallel: 1}, budget: {trials: 2}}
                  - bench: {}
                seed: 4
                """
                        .formatted(name, folder));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
