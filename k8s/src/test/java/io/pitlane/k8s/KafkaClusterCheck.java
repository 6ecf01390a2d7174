package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.module.ModuleDescriptor.Version;
import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * A Kafka cluster among the manifests has enough brokers for its replication and requires
 * authentication.
 */
final class KafkaClusterCheck implements ManifestCheck {
    /** The version of Kafka that the services are tested with. */
    private static final String CLIENTS = AppInfoParser.getVersion();

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        manifests.of("Kafka").forEach(kafka -> cluster(kafka, manifests, problems));
        return problems.found();
    }

    private static void cluster(Manifest kafka, Manifests manifests, Problems problems) {
        var config = kafka.node().at("/spec/kafka/config");
        var copies = config.path("default.replication.factor").asInt();
        var brokers = nodes("broker", kafka, manifests);
        problems.require(
                copies >= 1 && copies <= brokers,
                kafka,
                "has replication factor " + copies + " on " + brokers + " brokers");
        for (var internal :
                List.of(
                        "offsets.topic.replication.factor",
                        "transaction.state.log.replication.factor")) {
            problems.requireEqual(config.path(internal).asInt(), copies, kafka, internal);
        }
        // With min.insync.replicas equal to the replication factor, no broker could be unavailable.
        var inSync = copies == 1 ? 1 : copies - 1;
        for (var least : List.of("min.insync.replicas", "transaction.state.log.min.isr")) {
            problems.requireEqual(config.path(least).asInt(), inSync, kafka, least);
        }
        problems.require(
                nodes("controller", kafka, manifests) % 2 == 1,
                kafka,
                "needs an odd number of controllers");
        problems.requireEqual(
                config.path("auto.create.topics.enable").asBoolean(true),
                false,
                kafka,
                "auto.create.topics.enable");
        problems.require(
                atLeastThatOfTheClients(kafka.at("/spec/kafka/version")),
                kafka,
                "has no Kafka version, or one older than the services' " + CLIENTS);
        secured(kafka, problems);
    }

    private static boolean atLeastThatOfTheClients(String version) {
        return version.matches("\\d+[.]\\d+[.]\\d+")
                && Version.parse(version).compareTo(Version.parse(CLIENTS)) >= 0;
    }

    private static int nodes(String role, Manifest kafka, Manifests manifests) {
        return manifests
                .of("KafkaNodePool")
                .filter(pool -> pool.label("strimzi.io/cluster").equals(kafka.name()))
                .map(pool -> pool.node().path("spec"))
                .filter(spec -> contains(spec.path("roles"), role))
                .mapToInt(spec -> spec.path("replicas").asInt())
                .sum();
    }

    private static boolean contains(JsonNode roles, String role) {
        for (var each : roles) {
            if (each.asText().equals(role)) {
                return true;
            }
        }
        return false;
    }

    private static void secured(Manifest kafka, Problems problems) {
        var listeners = kafka.node().at("/spec/kafka/listeners");
        problems.require(listeners.size() >= 1, kafka, "has no listener");
        for (var listener : listeners) {
            problems.require(
                    listener.path("tls").asBoolean()
                            && listener.at("/authentication/type").asText().equals("scram-sha-512")
                            && listener.path("networkPolicyPeers").size() >= 1,
                    kafka,
                    "accepts clients without TLS, SCRAM or network policy at "
                            + listener.path("name").asText());
        }
        problems.requireEqual(
                kafka.at("/spec/kafka/authorization/type"), "simple", kafka, "authorization");
    }
}
