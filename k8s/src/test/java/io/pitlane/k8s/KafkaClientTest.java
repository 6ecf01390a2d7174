package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.kafka.client.runtime.KafkaRuntimeConfigProducer;
import io.quarkus.runtime.ApplicationConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class KafkaClientTest {
    /** The form that Strimzi writes into the Secret of a user. */
    private static final String LOGIN =
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                    + " username=\"pitlane-prune\" password=\"secret\";";

    private final Map<String, String> environment = environment();

    @Test
    void theSettingsOfAContainerConfigureAKafkaClient() throws URISyntaxException {
        // Given
        var authority = Path.of(getClass().getResource("/ca.crt").toURI());
        environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", authority.toString());

        // When
        var settings = settings();

        // Then
        assertThat(settings)
                .containsEntry("bootstrap.servers", "pitlane-kafka-bootstrap:9093")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("sasl.jaas.config", LOGIN);
        assertThatCode(() -> Admin.create(client(settings)).close()).doesNotThrowAnyException();
    }

    @Test
    void withoutTheCertificateAuthorityNoClientIsCreated() {
        assertThatThrownBy(() -> Admin.create(client(settings())).close())
                .isInstanceOf(KafkaException.class)
                .hasStackTraceContaining("/etc/pitlane/kafka/ca.crt");
    }

    private static Map<String, String> environment() {
        var settings =
                KustomizeSources.sources("overlays/production")
                        .find("ConfigMap", "pitlane-settings")
                        .orElseThrow();
        var environment = new HashMap<String, String>();
        settings.node()
                .path("data")
                .properties()
                .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
        environment.put("KAFKA_SASL_JAAS_CONFIG", LOGIN);
        return environment;
    }

    /** The Kafka settings that Quarkus reads from the environment of a service. */
    private Map<String, Object> settings() {
        var config =
                new SmallRyeConfigBuilder()
                        .withSources(new EnvConfigSource(environment, 300))
                        .build();
        return new KafkaRuntimeConfigProducer()
                .createKafkaRuntimeConfig(config, new NamedApplication());
    }

    /** With a bootstrap server that can be resolved on this machine. */
    private static Map<String, Object> client(Map<String, Object> settings) {
        var client = new HashMap<>(settings);
        client.put("bootstrap.servers", "127.0.0.1:9093");
        return client;
    }

    private record NamedApplication() implements ApplicationConfig {
        @Override
        public Optional<String> name() {
            return Optional.of("prune");
        }

        @Override
        public Optional<String> version() {
            return Optional.empty();
        }

        @Override
        public Optional<String> uiHeader() {
            return Optional.empty();
        }
    }
}
