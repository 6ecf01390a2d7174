package io.pitlane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.kafka.secured.RecordingAuthorizer;
import io.pitlane.kafka.secured.SecuredKafka;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.topics.TopicAccess;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SecuredIT {
    private static final String KEY = UUID.randomUUID().toString();
    private static final List<AclBinding> RIGHTS = declared().acls("User:gateway");

    @TempDir Path folder;

    @Test
    void theGatewayMakesTheTopicsAndStartsRunsWithItsOwnRightsAndNeedsThemAll() throws IOException {
        // Given
        try (var kafka = SecuredKafka.start(folder)) {
            kafka.addUser("gateway", RIGHTS);
            try (var gateway = GatewayProcess.begin(folder, environment(kafka))) {
                gateway.awaitReady();

                // When
                var model = gateway.upload("model", PackedFile.of(1_500_000, 21));
                var run =
                        gateway.submit(model, gateway.upload("data", PackedFile.of(1_500_000, 22)));

                // Then
                gateway.request()
                        .get(gateway.api() + "/runs/" + run.runId() + "/models/original")
                        .then()
                        .statusCode(200)
                        .header("ETag", '"' + model.digest() + '"');
                assertThat(RIGHTS.stream().filter(SecuredIT::isCalledFor))
                        .filteredOn(right -> !RecordingAuthorizer.isUsed(right))
                        .as("rights without use")
                        .isEmpty();
                assertThat(gateway.log())
                        .contains("sasl.jaas.config = [hidden]")
                        .doesNotContain(kafka.secrets().toArray(String[]::new))
                        .doesNotContain(KEY);
            }
        }
    }

    /** What the gateway is built to declare. */
    private static TopicAccess declared() {
        var prefix = "pitlane.access";
        try {
            // Not from the class path, where the settings of the tests come first.
            var settings = Path.of("src/main/resources/application.properties");
            var config =
                    new SmallRyeConfigBuilder()
                            .withMapping(PipelineConfig.AccessConfig.class, prefix)
                            .withSources(new PropertiesConfigSource(settings.toUri().toURL(), 100))
                            .build();
            return TopicAccess.of(
                    "gateway",
                    Topics.DEFAULT,
                    config.getConfigMapping(PipelineConfig.AccessConfig.class, prefix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The plan begins with one stage, others with others; and to look for a topic that is not there
     * takes no right.
     */
    private static boolean isCalledFor(AclBinding right) {
        var otherJobs =
                right.entry().operation() == AclOperation.WRITE
                        && right.pattern().name().startsWith("pitlane.jobs.")
                        && !right.pattern().name().endsWith(".prune");
        return !otherJobs && right.entry().operation() != AclOperation.DESCRIBE;
    }

    @Test
    void aGatewayThatLacksARightIsNotReadyAndSaysWhichOne() throws IOException {
        // Given
        try (var kafka = SecuredKafka.start(folder)) {
            var lacking = rights(Topics.DEFAULT.results(), AclOperation.READ);
            kafka.addUser("gateway", RIGHTS);
            kafka.revoke(lacking);

            // When
            try (var gateway = GatewayProcess.begin(folder, environment(kafka))) {

                // Then
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(
                                () ->
                                        assertThat(gateway.log())
                                                .contains(
                                                        "The gateway service may not read topic"
                                                                + " pitlane.results."));
                kafka.grant(lacking);
                gateway.awaitReady();
            }
        }
    }

    private static List<AclBinding> rights(String topic, AclOperation operation) {
        return RIGHTS.stream()
                .filter(right -> right.pattern().name().equals(topic))
                .filter(right -> right.entry().operation() == operation)
                .toList();
    }

    /** Kafka's settings as a container gets them; Kafka's clients print theirs. */
    private static Map<String, String> environment(SecuredKafka kafka) {
        var environment = new HashMap<String, String>();
        kafka.client("gateway")
                .forEach(
                        (name, value) ->
                                environment.put(
                                        "KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT),
                                        value));
        environment.put("PITLANE_SECURITY_API_KEYS", "test:" + KEY);
        environment.put(
                "JAVA_TOOL_OPTIONS",
                "'-Dquarkus.log.category.\"org.apache.kafka.common.config\".level=INFO'"
                        + " '-Dquarkus.log.category.\"io.pitlane\".level=DEBUG'");
        return environment;
    }
}
