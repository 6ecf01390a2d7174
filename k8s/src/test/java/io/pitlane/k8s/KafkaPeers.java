package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Who may connect to the brokers beside the services: what NetworkPolicies allow in addition to the
 * policy that Strimzi makes of the listener.
 */
final class KafkaPeers {
    private KafkaPeers() {}

    /**
     * Namespace and label {@code app} of each peer at the listener's port, such as {@code keda/x}.
     */
    static Set<String> of(Manifests manifests, Manifest kafka) {
        return manifests
                .of("NetworkPolicy")
                .map(policy -> policy.node().path("spec"))
                .filter(spec -> selectsBrokers(spec, kafka))
                .flatMap(spec -> elements(spec.path("ingress")))
                .filter(rule -> isAtListener(rule, kafka))
                .flatMap(rule -> elements(rule.path("from")))
                .map(KafkaPeers::name)
                .collect(Collectors.toSet());
    }

    private static boolean selectsBrokers(JsonNode spec, Manifest kafka) {
        var labels = spec.at("/podSelector/matchLabels");
        return labels.path("strimzi.io/cluster").asText().equals(kafka.name())
                && labels.path("strimzi.io/name").asText().equals(kafka.name() + "-kafka")
                && labels.size() == 2;
    }

    private static boolean isAtListener(JsonNode rule, Manifest kafka) {
        return rule.path("ports").size() == 1
                && rule.at("/ports/0/protocol").asText().equals("TCP")
                && rule.at("/ports/0/port").equals(kafka.node().at("/spec/kafka/listeners/0/port"));
    }

    private static String name(JsonNode peer) {
        return peer.at("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name").asText()
                + "/"
                + peer.at("/podSelector/matchLabels/app").asText();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
