package io.pitlane.k8s;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.topics.TopicLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;

/** Where KEDA scales, it scales every stage, by the group and the topic that the stage reads. */
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
        return problems.found();
    }

    private static void scaled(Manifest manifest, Manifests manifests, Problems problems) {
        var spec = manifest.as(KedaResources.ScaledObject.class).spec();
        var stage = spec.scaleTargetRef().name();
        problems.requireEqual(stage, manifest.name(), manifest, "target");
        if (manifests.find(spec.scaleTargetRef().kind(), stage).isEmpty()) {
            problems.require(false, manifest, "scales what is not there");
            return;
        }
        problems.requireEqual(spec.minReplicaCount(), 0, manifest, "least replicas");
        var expected = expected(stage);
        problems.requireEqual(read(spec.triggers()), expected, manifest, "topics and their groups");
        var most = expected.keySet().stream().mapToInt(PARTITIONS::get).max().orElse(0);
        problems.require(
                spec.maxReplicaCount() >= 1 && spec.maxReplicaCount() <= most,
                manifest,
                "goes up to "
                        + spec.maxReplicaCount()
                        + " replicas; the topic has partitions for "
                        + most);
        spec.triggers().forEach(trigger -> trigger(trigger, manifest, manifests, problems));
        down(spec, manifest, problems);
    }

    /** What the service itself is configured to read. */
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
        // A stage's first replica would not be started for jobs that came before it.
        problems.requireEqual(
                settings.get("offsetResetPolicy"), "earliest", manifest, "offset reset");
        // It takes a job that is long in hand for one that nobody can work with.
        problems.require(
                !settings.containsKey("excludePersistentLag"), manifest, "excludes long work");
        problems.requireEqual(
                settings.get("lagThreshold"),
                settings.get("topic").contains(".jobs.") ? "2" : "1",
                manifest,
                "threshold for " + settings.get("topic"));
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
                    "takes " + parameter.parameter() + " from a Secret that nobody makes");
        }
        for (var parameter : sources.configMapTargetRef()) {
            problems.require(
                    manifests
                            .find("ConfigMap", parameter.name())
                            .filter(map -> map.node().path("data").has(parameter.key()))
                            .isPresent(),
                    manifest,
                    "takes " + parameter.parameter() + " from a ConfigMap that is not there");
        }
    }

    /** Fewer replicas end the last ones, at work or not. */
    private static void down(KedaResources.Spec spec, Manifest manifest, Problems problems) {
        var rules = spec.advanced().horizontalPodAutoscalerConfig().behavior().scaleDown();
        problems.require(
                "Disabled".equals(rules.selectPolicy())
                        || rules.stabilizationWindowSeconds() != null
                                && rules.stabilizationWindowSeconds() >= 300
                                && rules.policies().stream()
                                        .allMatch(p -> p.type().equals("Pods") && p.value() == 1),
                manifest,
                "ends replicas at work in a hurry");
    }
}
