package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Trigger;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclOperation;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final Manifests base = KustomizeSources.sources("base");

    @Test
    void argoEventsSendsTheGatewayATriggerWithAKey() {
        // Given
        var example = KustomizeSources.sources("examples/argo-events");
        var source =
                example.find("EventSource", "retraining")
                        .orElseThrow()
                        .as(EventingResources.EventSource.class);
        var sensor =
                example.find("Sensor", "pitlane").orElseThrow().as(EventingResources.Sensor.class);
        var gateway = base.find("Service", "gateway").orElseThrow().as(Service.class);

        // When
        var trigger = sensor.spec().triggers().get(0);
        var http = trigger.template().http();

        // Then
        assertThat(new SchemaCheck().problems(example)).isEmpty();
        assertThat(sensor.spec().dependencies())
                .allSatisfy(
                        dependency -> {
                            assertThat(dependency.eventSourceName()).isEqualTo("retraining");
                            assertThat(source.spec().webhook()).containsKey(dependency.eventName());
                        });
        assertThat(http.url())
                .isEqualTo(
                        "http://gateway.pitlane:"
                                + gateway.getSpec().getPorts().get(0).getPort()
                                + "/api/triggers");
        assertThat(http.method()).isEqualTo("POST");
        assertThat(http.headers())
                .isEqualTo(Map.of("Content-Type", "application/cloudevents+json"));
        assertThat(http.secureHeaders())
                .singleElement()
                .satisfies(h -> assertThat(h.name()).isEqualTo("X-API-Key"));
        var payload =
                http.payload().stream()
                        .collect(
                                Collectors.toMap(
                                        EventingResources.Parameter::dest,
                                        EventingResources.Parameter::src));
        assertThat(payload)
                .containsOnlyKeys(
                        "specversion",
                        "type",
                        "source",
                        "id",
                        "datacontenttype",
                        "data.model",
                        "data.artifact");
        assertThat(payload.get("type").contextTemplate()).isEqualTo(Trigger.TYPE);
        assertThat(payload.get("id").dataKey()).isEqualTo("body.id");
        assertThat(trigger.policy().status().allow()).containsExactly(202);
    }

    @Test
    void argoEventsRetriesUntilTheGatewayAccepts() {
        // Given
        var sensor = KustomizeSources.sources("examples/argo-events").find("Sensor", "pitlane");

        // When
        var trigger =
                sensor.orElseThrow().as(EventingResources.Sensor.class).spec().triggers().get(0);

        // Then
        assertThat(trigger.atLeastOnce()).isTrue();
        assertThat(trigger.retryStrategy().steps()).isGreaterThan(1);
        assertThat(trigger.retryStrategy().factor()).isGreaterThan(1);
    }

    @Test
    void knativeSendsTriggersToTheTopic() {
        // Given
        var example = KustomizeSources.sources("examples/knative");
        var kafka =
                KustomizeSources.sources("overlays/production")
                        .find("Kafka", "pitlane")
                        .orElseThrow();

        // When
        var trigger =
                example.find("Trigger", "pitlane")
                        .orElseThrow()
                        .as(EventingResources.Trigger.class);
        var sink =
                example.find("KafkaSink", "pitlane-triggers")
                        .orElseThrow()
                        .as(EventingResources.KafkaSink.class);
        var user = example.find("KafkaUser", "pitlane-knative").orElseThrow().as(KafkaUser.class);

        // Then
        assertThat(new SchemaCheck().problems(example)).isEmpty();
        assertThat(trigger.spec().filter().attributes()).isEqualTo(Map.of("type", Trigger.TYPE));
        assertThat(trigger.spec().subscriber().ref().kind()).isEqualTo("KafkaSink");
        assertThat(trigger.spec().subscriber().ref().name()).isEqualTo("pitlane-triggers");
        assertThat(sink.spec().topic()).isEqualTo(Topics.DEFAULT.triggers());
        assertThat(sink.spec().bootstrapServers())
                .containsExactly(
                        kafka.name()
                                + "-kafka-bootstrap.pitlane:"
                                + kafka.at("/spec/kafka/listeners/0/port"));
        assertThat(KafkaPeers.of(example, kafka))
                .containsExactlyInAnyOrder(
                        "knative-eventing/kafka-controller",
                        "knative-eventing/kafka-sink-receiver");
        var rules = (KafkaUserAuthorizationSimple) user.getSpec().getAuthorization();
        assertThat(rules.getAcls())
                .singleElement()
                .satisfies(
                        rule -> {
                            assertThat(rule.getOperations()).containsExactly(AclOperation.WRITE);
                            assertThat(((AclRuleTopicResource) rule.getResource()).getName())
                                    .isEqualTo(Topics.DEFAULT.triggers());
                        });
    }
}
