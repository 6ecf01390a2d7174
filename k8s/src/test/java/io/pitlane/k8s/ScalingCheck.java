package io.pitlane.k8s;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.topics.TopicLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;

/** KEDA, if it is used, scales every stage by the consumer group and topic of that stage. */
final class ScalingCheck implements ManifestCheck {
    private static final Map<String, Integer> PARTITIONS =
            new TopicLayout(Topics.DEFAULT)
                    .all().stream()
                            .collect(Collectors.toMap(NewTopic::name, NewTopic::numPartitions));

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        if (!manifests.has("ScaledObject")) {
            return problems.found();
        }
        problems.requireEqual(
                manifests.of("ScaledObject").map(Manifest::name).sorted().toList(),
                Services.stages().stream().sorted().toList(),
                manifests,
                "scaled objects");
        manifests.of("ScaledObject").forEach(manifest -> scaled(manifest, manifests, problems));
        manifests
                .of("Kafka")
                .forEach(
                        kafka ->
                                problems.requireEqual(
                                        KafkaPeers.of(manifests, kafka),
                                        Set.of("keda/keda-operator"),
                                        kafka,
                                        "peers beside the services"));
        return problems.found();
    }

    private static void scaled(Manifest manifest, Manifests manifests, Problems problems) {
        var spec = manifest.as(KedaResources.ScaledObject.class).spec();
        var stage = spec.scaleTargetRef().name();
        problems.requireEqual(stage, manifest.name(), manifest, "target");
        if (manifests.find(spec.scaleTargetRef().kind(), stage).isEmpty()) {
            problems.require(false, manifest, "scales a workload that does not exist");
            return;
        }
        problems.requireEqual(spec.minReplicaCount(), 0, manifest, "minReplicaCount");
        var expected = expected(stage);
        problems.requireEqual(read(spec.triggers()), expected, manifest, "topics and their groups");
        var most = expected.keySet().stream().mapToInt(PARTITIONS::get).max().orElse(0);
        problems.require(
                spec.maxReplicaCount() >= 1 && spec.maxReplicaCount() <= most,
                manifest,
                "scales to "
                        + spec.maxReplicaCount()
                        + " replicas, but the topic has only "
                        + most
                        + " partitions");
        spec.triggers().forEach(trigger -> trigger(trigger, manifest, manifests, problems));
        down(spec, manifest, problems);
    }

    /** Topics and consumer groups in the configuration of the service. */
    private static Map<String, String> expected(String stage) {
        var config = new ServiceConfig(stage);
        var expected = new HashMap<String, String>();
        for (var channel : List.of("jobs", "trials")) {
            if (config.reads(channel)) {
                expected.put(config.topic(channel), config.group(channel));
            }
        }
        return expected;
    }

    private static Map<String, String> read(List<KedaResources.Trigger> triggers) {
        return triggers.stream()
                .collect(
                        Collectors.toMap(
                                trigger -> trigger.metadata().get("topic"),
                                trigger -> trigger.metadata().get("consumerGroup")));
    }

    private static void trigger(
            KedaResources.Trigger trigger,
            Manifest manifest,
            Manifests manifests,
            Problems problems) {
        problems.requireEqual(trigger.type(), "kafka", manifest, "trigger");
        var settings = trigger.metadata();
        // With latest, jobs published before the first replica would not start it.
        problems.requireEqual(
                settings.get("offsetResetPolicy"), "earliest", manifest, "offset reset");
        // It would exclude long-running jobs from the lag.
        problems.require(
                !settings.containsKey("excludePersistentLag"),
                manifest,
                "excludes the lag of long-running jobs");
        problems.requireEqual(
                settings.get("lagThreshold"),
                settings.get("topic").contains(".jobs.") ? "2" : "1",
                manifest,
                "threshold for " + settings.get("topic"));
        // A partition has one consumer: more replicas than partitions with jobs would be idle.
        problems.requireEqual(
                settings.get("limitToPartitionsWithLag"),
                "true",
                manifest,
                "limitToPartitionsWithLag");
        problems.requireEqual(
                settings.get("bootstrapServers"),
                manifests
                        .find("Kafka", "pitlane")
                        .map(kafka -> kafka.name() + "-kafka-bootstrap:9093")
                        .orElse(null),
                manifest,
                "bootstrap servers");
        var authentication =
                manifests.find("TriggerAuthentication", trigger.authenticationRef().name());
        problems.require(authentication.isPresent(), manifest, "has no authentication");
        authentication.ifPresent(found -> authenticated(found, manifests, problems));
    }

    private static void authenticated(Manifest manifest, Manifests manifests, Problems problems) {
        var sources = manifest.as(KedaResources.TriggerAuthentication.class).spec();
        for (var parameter : sources.secretTargetRef()) {
            problems.require(
                    manifests.find("KafkaUser", parameter.name()).isPresent()
                            || parameter.name().equals("pitlane-cluster-ca-cert"),
                    manifest,
                    "takes " + parameter.parameter() + " from an unknown Secret");
        }
        for (var parameter : sources.configMapTargetRef()) {
            problems.require(
                    manifests
                            .find("ConfigMap", parameter.name())
                            .filter(map -> map.node().path("data").has(parameter.key()))
                            .isPresent(),
                    manifest,
                    "takes " + parameter.parameter() + " from an unknown ConfigMap");
        }
    }

    /** Scaling down ends the last replicas, even while they work. */
    private static void down(KedaResources.Spec spec, Manifest manifest, Problems problems) {
        var rules = spec.advanced().horizontalPodAutoscalerConfig().behavior().scaleDown();
        problems.require(
                "Disabled".equals(rules.selectPolicy())
                        || rules.stabilizationWindowSeconds() != null
                                && rules.stabilizationWindowSeconds() >= 300
                                && rules.policies().stream()
                                        .allMatch(p -> p.type().equals("Pods") && p.value() == 1),
                manifest,
                "scales down working replicas too fast");
    }
}
