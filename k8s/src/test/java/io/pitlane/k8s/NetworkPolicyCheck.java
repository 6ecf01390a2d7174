package io.pitlane.k8s;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pods connect to DNS and Kafka only, and only the gateway accepts clients. */
final class NetworkPolicyCheck implements ManifestCheck {
    private static final Set<String> DNS = Set.of("UDP 53", "TCP 53");
    private static final Set<String> KAFKA = Set.of("TCP 9093");
    private static final Set<String> HTTP = Set.of("TCP http");

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        var policies = manifests.of("NetworkPolicy").toList();
        problems.require(
                policies.stream()
                        .map(p -> p.as(NetworkPolicy.class))
                        .anyMatch(NetworkPolicyCheck::deniesAll),
                manifests,
                "has no policy that denies all traffic of Pitlane's pods by default");
        for (var workload : manifests.workloads()) {
            var mine = new HashMap<Manifest, NetworkPolicy>();
            policies.forEach(
                    policy -> {
                        var rules = policy.as(NetworkPolicy.class);
                        if (selects(rules.getSpec().getPodSelector(), workload.podLabels())) {
                            mine.put(policy, rules);
                        }
                    });
            reach(workload, mine, manifests, problems);
        }
        return problems.found();
    }

    /** Whether it denies all traffic of Pitlane's pods; Kafka's pods have policies of their own. */
    private static boolean deniesAll(NetworkPolicy policy) {
        var spec = policy.getSpec();
        return spec.getIngress().isEmpty()
                && spec.getEgress().isEmpty()
                && Set.copyOf(spec.getPolicyTypes()).equals(Set.of("Ingress", "Egress"))
                && Map.of("app.kubernetes.io/part-of", "pitlane")
                        .equals(spec.getPodSelector().getMatchLabels());
    }

    /** Whether a selector matches; only selectors by labels are supported. */
    private static boolean selects(LabelSelector selector, Map<String, String> labels) {
        return selector.getMatchExpressions().isEmpty()
                && labels.entrySet()
                        .containsAll(
                                Optional.ofNullable(selector.getMatchLabels())
                                        .orElse(Map.of())
                                        .entrySet());
    }

    private static void reach(
            Workload workload,
            Map<Manifest, NetworkPolicy> policies,
            Manifests manifests,
            Problems problems) {
        var out = new TreeSet<String>();
        policies.forEach(
                (policy, rules) -> {
                    rules.getSpec()
                            .getEgress()
                            .forEach(
                                    rule -> {
                                        var ports = ports(rule.getPorts());
                                        problems.require(
                                                narrow(rule.getTo())
                                                        && (ports.equals(DNS)
                                                                || ports.equals(KAFKA)),
                                                policy,
                                                "allows "
                                                        + workload.name()
                                                        + " to connect to any address");
                                        out.addAll(ports);
                                    });
                    rules.getSpec()
                            .getIngress()
                            .forEach(
                                    rule ->
                                            problems.require(
                                                    narrow(rule.getFrom())
                                                            && ports(rule.getPorts()).equals(HTTP),
                                                    policy,
                                                    "allows any address to connect to "
                                                            + workload.name()));
                });
        var needed = new TreeSet<>(DNS);
        if (manifests.has("Kafka")) {
            needed.addAll(KAFKA);
        }
        problems.requireEqual(out, needed, workload, "egress ports");
        problems.requireEqual(
                policies.values().stream()
                        .flatMap(rules -> rules.getSpec().getIngress().stream())
                        .flatMap(rule -> rule.getFrom().stream())
                        .anyMatch(NetworkPolicyCheck::isClient),
                workload.name().equals(Services.GATEWAY),
                workload,
                "ingress from clients:");
    }

    /**
     * Whether a peer is a client: the namespace of Prometheus is selected by name, clients by
     * label.
     */
    private static boolean isClient(NetworkPolicyPeer peer) {
        return peer.getNamespaceSelector() == null
                || peer.getNamespaceSelector().getMatchLabels().keySet().stream()
                        .noneMatch("kubernetes.io/metadata.name"::equals);
    }

    private static boolean narrow(List<NetworkPolicyPeer> peers) {
        return !peers.isEmpty()
                && peers.stream()
                        .allMatch(
                                peer ->
                                        peer.getIpBlock() == null
                                                && (peer.getNamespaceSelector() == null
                                                        || !Optional.ofNullable(
                                                                        peer.getNamespaceSelector()
                                                                                .getMatchLabels())
                                                                .orElse(Map.of())
                                                                .isEmpty()));
    }

    private static Set<String> ports(List<NetworkPolicyPort> ports) {
        return ports.stream()
                .map(NetworkPolicyCheck::port)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String port(NetworkPolicyPort port) {
        var number = port.getPort();
        return Stream.of(
                        port.getProtocol(),
                        number == null
                                ? "any"
                                : number.getStrVal() == null
                                        ? number.getIntVal().toString()
                                        : number.getStrVal())
                .collect(Collectors.joining(" "));
    }
}
