package io.pitlane.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class KafkaClientConfigTest {

    @Test
    void everySecuritySettingOfProducersAndConsumersReachesThem() {
        // Given
        var known = new TreeSet<>(security(ProducerConfig.configNames()));
        known.addAll(security(ConsumerConfig.configNames()));
        Map<String, Object> given = known.stream().collect(Collectors.toMap(n -> n, n -> "x"));

        // When
        var settings = new KafkaClientConfig(given).settings();

        // Then
        assertThat(known).contains("sasl.jaas.config", "ssl.truststore.location");
        assertThat(settings).containsOnlyKeys(known);
    }

    @Test
    void settingsOfOneKindOfClientAreLeftOut() {
        // When
        var settings =
                new KafkaClientConfig(
                                Map.of(
                                        "bootstrap.servers", "here:9092",
                                        "group.id", "a group",
                                        "client.id", "a name",
                                        "opts", "-Xmx1g"))
                        .settings();

        // Then
        assertThat(settings).containsOnlyKeys("bootstrap.servers");
    }

    private static Set<String> security(Set<String> names) {
        return names.stream()
                .filter(n -> n.startsWith("sasl.") || n.startsWith("ssl.") || n.startsWith("secur"))
                .collect(Collectors.toSet());
    }
}
