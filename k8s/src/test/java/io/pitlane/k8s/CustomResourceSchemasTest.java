package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The custom resources against the schemas that their operators publish; skipped without them. */
class CustomResourceSchemasTest {
    private static final List<Manifests> SOURCES =
            KustomizeSources.folders().stream()
                    .map(folder -> KustomizeSources.ROOT.relativize(folder).toString())
                    .map(KustomizeSources::sources)
                    .toList();

    @BeforeEach
    void schemasAreThere() {
        assumeThat(CustomResourceSchemas.arePresent())
                .as("schemas in %s (-Dpitlane.shared=DIR)", CustomResourceSchemas.FOLDER)
                .isTrue();
    }

    @Test
    void everyTypeOfCustomResourceHasASchema() {
        assertThat(customResources())
                .extracting(Manifest::type)
                .hasSameElementsAs(
                        Set.of(
                                "kafka.strimzi.io/v1/Kafka",
                                "kafka.strimzi.io/v1/KafkaNodePool",
                                "kafka.strimzi.io/v1/KafkaTopic",
                                "kafka.strimzi.io/v1/KafkaUser",
                                "keda.sh/v1alpha1/ScaledObject",
                                "keda.sh/v1alpha1/TriggerAuthentication",
                                "monitoring.coreos.com/v1/PodMonitor",
                                "argoproj.io/v1alpha1/EventSource",
                                "argoproj.io/v1alpha1/Sensor",
                                "eventing.knative.dev/v1alpha1/KafkaSink",
                                "eventing.knative.dev/v1/Trigger"))
                .isSubsetOf(CustomResourceSchemas.all().types());
    }

    @Test
    void everyCustomResourceIsValid() {
        assertThat(customResources())
                .allSatisfy(
                        manifest ->
                                assertThat(CustomResourceSchemas.all().violations(manifest))
                                        .as(manifest.toString())
                                        .isEmpty());
    }

    @ParameterizedTest(name = "{0} {1} with {2} {3}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Sensor, pitlane, /spec/triggers/0/retryStrategy/factor, \"2\"",
                "Sensor, pitlane, /spec/triggers/0/atLeastOnce, \"true\"",
                "Sensor, pitlane, /spec/triggers/0/retry, {}",
                "Sensor, pitlane, /spec/triggers/0/template/http/payload, null",
                "EventSource, retraining, /spec/webhook/retrained/port, 12000",
                "EventSource, retraining, /spec/webhooks, {}",
                "KafkaSink, pitlane-triggers, /spec/contentMode, 1",
                "KafkaSink, pitlane-triggers, /spec/topics, []",
                "Trigger, pitlane, /spec/delivery/backoffPolicy, 2",
                "Trigger, pitlane, /spec/delivery/retry, \"10\"",
                "ScaledObject, bench, /spec/cooldown, 5",
                "ScaledObject, bench, /spec/triggers/0/metadata/lagThreshold, 2",
                "TriggerAuthentication, kafka, /spec/secretTargetRef/0/parameters, \"x\"",
                "PodMonitor, pitlane, /spec/interval, \"5s\"",
                "PodMonitor, pitlane, /spec/podMetricsEndpoints/0/interval, \"soon\"",
                "Kafka, pitlane, /spec/kafka/versions, \"4.2.0\"",
                "Kafka, pitlane, /spec/kafka/listeners/0/port, 90",
                "KafkaNodePool, brokers, /spec/roles/0, \"brokers\"",
                "KafkaTopic, pitlane.runs, /spec/partitions, 0",
                "KafkaUser, pitlane-bench, /spec/authentication/type, \"scram\""
            })
    void whatIsWrongIsFound(String kind, String name, String pointer, String value) {
        // Given
        var manifest =
                customResources().stream()
                        .filter(m -> m.is(kind) && m.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        var mutant = new Manifest(manifest.source(), manifest.node().deepCopy());

        // When
        set(mutant.node(), pointer, StrictYaml.documents("[" + value + "]").get(0).get(0));

        // Then
        assertThat(CustomResourceSchemas.all().violations(mutant)).isNotEmpty();
    }

    private static List<Manifest> customResources() {
        return SOURCES.stream()
                .flatMap(sources -> sources.all().stream())
                .filter(manifest -> manifest.type().matches(".*[.](io|dev|sh|com)/.*"))
                .filter(manifest -> !manifest.type().contains(".k8s.io/"))
                .toList();
    }

    private static void set(JsonNode node, String pointer, JsonNode value) {
        var last = pointer.lastIndexOf('/');
        var parent = node.at(pointer.substring(0, last));
        var field = pointer.substring(last + 1);
        if (parent instanceof ObjectNode object) {
            object.set(field, value);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(field), value);
        }
    }
}
