package io.pitlane.k8s;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.topics.TopicLayout;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A Kafka cluster among the manifests has the topics of {@link TopicLayout}, with their settings.
 */
final class KafkaTopicsCheck implements ManifestCheck {

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        if (!manifests.has("Kafka")) {
            return problems.found();
        }
        var layout = new TopicLayout(Topics.DEFAULT).all();
        problems.requireEqual(
                manifests
                        .of("KafkaTopic")
                        .map(Manifest::name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                layout.stream().map(NewTopic::name).collect(Collectors.toCollection(TreeSet::new)),
                manifests,
                "topics");
        for (var topic : layout) {
            manifests
                    .find("KafkaTopic", topic.name())
                    .ifPresent(manifest -> topic(manifest, topic, manifests, problems));
        }
        offsets(manifests, layout, problems);
        return problems.found();
    }

    private static void topic(
            Manifest manifest, NewTopic expected, Manifests manifests, Problems problems) {
        var spec = manifest.as(KafkaTopic.class).getSpec();
        problems.require(
                manifests.find("Kafka", manifest.label("strimzi.io/cluster")).isPresent(),
                manifest,
                "is for a cluster that does not exist");
        problems.require(
                spec.getTopicName() == null, manifest, "sets topicName, another name in Kafka");
        problems.require(
                spec.getPartitions() != null && spec.getPartitions() >= expected.numPartitions(),
                manifest,
                "has " + spec.getPartitions() + " of " + expected.numPartitions() + " partitions");
        problems.require(
                spec.getReplicas() == null,
                manifest,
                "sets replicas instead of the default of the cluster");
        var config = new HashMap<String, String>();
        Optional.ofNullable(spec.getConfig())
                .orElse(Map.of())
                .forEach((key, value) -> config.put(key, String.valueOf(value)));
        problems.requireEqual(config, expected.configs(), manifest, "settings");
    }

    /** A group whose offsets have expired repeats every job in its topic. */
    private static void offsets(Manifests manifests, List<NewTopic> layout, Problems problems) {
        var longest =
                layout.stream()
                        .filter(t -> t.name().contains(".jobs.") || t.name().endsWith(".trials"))
                        .mapToLong(t -> Long.parseLong(t.configs().get("retention.ms")))
                        .max()
                        .orElseThrow();
        manifests
                .of("Kafka")
                .forEach(
                        kafka ->
                                problems.require(
                                        kafka.node()
                                                        .at("/spec/kafka/config")
                                                        .path("offsets.retention.minutes")
                                                        .asLong()
                                                > longest / 60_000,
                                        kafka,
                                        "deletes offsets before the jobs expire"));
    }
}
