package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutation tests of the checks: each mutation of the manifests is found. */
class MutationTest {
    private static final Manifests SOURCES = KustomizeSources.sources("overlays/production");

    @ParameterizedTest(name = "{0} {1} without {2}")
    @CsvSource({
        "StatefulSet, prune, /spec/template/spec/securityContext/runAsNonRoot",
        "StatefulSet, prune, /spec/template/spec/securityContext/seccompProfile",
        "StatefulSet, nas, /spec/template/spec/automountServiceAccountToken",
        "StatefulSet, nas, /spec/template/spec/enableServiceLinks",
        "StatefulSet, bench, /spec/template/spec/containers/0/resources/limits",
        "StatefulSet, bench, /spec/template/spec/containers/0/resources/requests/memory",
        "Deployment, gateway, /spec/template/spec/containers/0/livenessProbe",
        "Deployment, gateway, /spec/template/spec/containers/0/securityContext/capabilities",
        "Deployment, gateway, /spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem",
        "Deployment, gateway, /spec/template/metadata/labels/app.kubernetes.io~1part-of",
        "StatefulSet, distill, /spec/template/spec/containers/0/env/0",
        "StatefulSet, distill, /spec/template/spec/containers/0/env/1",
        "StatefulSet, distill, /spec/template/spec/containers/0/volumeMounts/0",
        "StatefulSet, distill, /spec/serviceName",
        "Deployment, gateway, /spec/template/spec/containers/0/env/1",
        "Deployment, gateway, /spec/template/spec/volumes/4/secret/items",
        "StatefulSet, distill, /spec/template/spec/volumes/1/emptyDir/sizeLimit",
        "Service, quantize, /spec/clusterIP",
        "Service, gateway, /spec/selector/app.kubernetes.io~1name",
        "PodDisruptionBudget, quantize, /spec/maxUnavailable",
        "ServiceAccount, quantize, /automountServiceAccountToken",
        "NetworkPolicy, default-deny, /spec/podSelector/matchLabels",
        "NetworkPolicy, default-deny, /spec/policyTypes/1",
        "NetworkPolicy, dns, /spec/egress/0/to",
        "NetworkPolicy, gateway, /spec/ingress/0/ports",
        "NetworkPolicy, gateway, /spec/ingress/0/from/1/namespaceSelector/matchLabels",
        "ConfigMap, pitlane-settings, /data/QUARKUS_HTTP_HOST",
        "ConfigMap, pitlane-settings, /data/PITLANE_WORK_FOLDER",
        "ConfigMap, pitlane-settings, /data/KAFKA_BOOTSTRAP_SERVERS",
        "ConfigMap, pitlane-settings, /data/PITLANE_TOPICS_CREATE",
        "ConfigMap, pitlane-dashboard, /data/pitlane-dashboard.json",
        "Kafka, pitlane, /spec/kafka/config/offsets.retention.minutes",
        "Kafka, pitlane, /spec/kafka/config/min.insync.replicas",
        "Kafka, pitlane, /spec/kafka/config/auto.create.topics.enable",
        "Kafka, pitlane, /spec/kafka/listeners/0/authentication",
        "Kafka, pitlane, /spec/kafka/listeners/0/networkPolicyPeers",
        "Kafka, pitlane, /spec/kafka/authorization",
        "KafkaTopic, pitlane.artifacts, /spec/config/retention.bytes",
        "KafkaTopic, pitlane.runs, /spec/config",
        "KafkaUser, pitlane-prune, /spec/authorization",
        "KafkaUser, pitlane-prune, /spec/authorization/acls/0",
        "KafkaUser, pitlane-prune, /spec/authorization/acls/0/operations/0",
        "NetworkPolicy, kafka, /spec/egress",
        "NetworkPolicy, kafka-from-keda, /spec/ingress/0/from/0/podSelector",
        "Kafka, pitlane, /spec/kafka/version",
        "Kafka, pitlane, /spec/kafkaExporter",
        "NetworkPolicy, scraper, /spec/ingress/0/from",
        "ScaledObject, nas, /spec/triggers/1",
        "ScaledObject, nas, /spec/triggers/0/metadata/offsetResetPolicy",
        "ScaledObject, nas, /spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds",
        "PodMonitor, pitlane, /spec/podMetricsEndpoints/0/path",
    })
    void whatIsMissingIsFound(String kind, String name, String pointer) {
        var sources = sources();
        var manifest = sources.find(kind, name).orElseThrow();
        var mutant = manifest.node().deepCopy();
        remove(mutant, pointer);

        var problems = problems(sources, manifest, mutant);

        assertThat(mutant).isNotEqualTo(manifest.node());
        assertThat(problems).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "StatefulSet/nas",
                "Service/nas",
                "ServiceAccount/nas",
                "PodDisruptionBudget/nas",
                "NetworkPolicy/default-deny",
                "NetworkPolicy/dns",
                "NetworkPolicy/kafka",
                "NetworkPolicy/gateway",
                "ConfigMap/pitlane-settings",
                "ConfigMap/pitlane-scaler",
                "ConfigMap/pitlane-dashboard",
                "KafkaTopic/pitlane.triggers",
                "KafkaUser/pitlane-gateway",
                "KafkaNodePool/brokers",
                "ScaledObject/quantize",
                "TriggerAuthentication/kafka",
                "PodMonitor/pitlane"
            })
    void anObjectThatIsMissingIsFound(String object) {
        var sources = sources();
        var parts = object.split("/");
        var gone = sources.find(parts[0], parts[1]).orElseThrow();

        var problems = ManifestsTest.problems(sources.without(gone));

        assertThat(problems).isNotEmpty();
    }

    @ParameterizedTest(name = "{0} {1} with {2} {3}")
    @CsvSource({
        "StatefulSet, prune, /spec/template/spec/hostNetwork, true",
        "StatefulSet, prune, /spec/template/spec/securityContext/runAsUser, 0",
        "StatefulSet, prune, /spec/template/spec/containers/0/image, 'a.invalid/pitlane/nas-service:1'",
        "StatefulSet, prune, /spec/template/spec/containers/0/resources/requests/cpu, '64'",
        "StatefulSet, prune, /spec/template/spec/containers/0/securityContext/privileged, true",
        "StatefulSet, prune, /spec/template/spec/containers/0/imagePolicy, 'Always'",
        "StatefulSet, prune, /spec/template/spec/containers/0/livenessProbe/httpGet/path, '/live'",
        "StatefulSet, prune, /spec/template/spec/serviceAccountName, 'default'",
        "StatefulSet, prune, /spec/replica, 3",
        "StatefulSet, prune, /metadata/name, 'shrink'",
        "ConfigMap, pitlane-settings, /data/PITLANE_WORK_FOLDR, '/var'",
        "ConfigMap, pitlane-settings, /data/KAFKA_SSL_TRUSTSTORE_LOCATON, '/var'",
        "ConfigMap, pitlane-settings, /data/PITLANE_CACHE_FOLDER, '/var'",
        "ConfigMap, pitlane-settings, /data/PITLANE_CACHE_MAX_BYTES, 5",
        "Deployment, gateway, /apiVersion, 'apps/v2'",
        "StatefulSet, prune, /spec/template/spec/terminationGracePeriodSeconds, 9",
        "ConfigMap, pitlane-settings, /data/PITLANE_JOB_DRAIN, '1H'",
        "KafkaTopic, pitlane.jobs.nas, /spec/partitions, 4",
        "KafkaTopic, pitlane.jobs.nas, /spec/replicas, 1",
        "KafkaTopic, pitlane.jobs.nas, /spec/partition, 8",
        "KafkaTopic, pitlane.jobs.nas, /metadata/name, 'pitlane.jobs.search'",
        "KafkaTopic, pitlane.artifacts, /spec/config/cleanup.policy, 'compact'",
        "KafkaTopic, pitlane.artifacts, /metadata/labels/strimzi.io~1cluster, 'other'",
        "KafkaUser, pitlane-bench, /spec/authorization/acls/0/resource/name, 'pitlane.plans'",
        "KafkaUser, pitlane-bench, /spec/authorization/acls/0/resource/patternType, 'prefix'",
        "KafkaUser, pitlane-bench, /spec/authorization/acls/0/host, '10.0.0.1'",
        "KafkaUser, pitlane-bench, /spec/authentication/type, 'tls'",
        "KafkaNodePool, brokers, /spec/replicas, 2",
        "KafkaNodePool, controllers, /spec/replicas, 2",
        "Kafka, pitlane, /spec/kafka/listeners/0/tls, false",
        "Kafka, pitlane, /spec/kafka/listeners/0/port, 9094",
        "ScaledObject, bench, /spec/minReplicaCount, 1",
        "ScaledObject, bench, /spec/maxReplicaCount, 9",
        "ScaledObject, bench, /spec/scaleTargetRef/name, 'bank'",
        "ScaledObject, bench, /spec/triggers/0/metadata/consumerGroup, 'bench'",
        "ScaledObject, bench, /spec/triggers/0/metadata/topic, 'pitlane.jobs.nas'",
        "ScaledObject, bench, /spec/triggers/0/metadata/lagThreshold, '10'",
        "ScaledObject, bench, /spec/triggers/0/metadata/excludePersistentLag, 'always'",
        "ScaledObject, bench, /spec/triggers/0/authenticationRef/name, 'other'",
        "ScaledObject, bench, /spec/triggers/0/metadata/limitToPartitionsWithLag, 'false'",
        "NetworkPolicy, kafka-from-keda, /spec/ingress/0/ports/0/port, 9",
        "Kafka, pitlane, /spec/kafka/version, '4.0.1'",
        "Kafka, pitlane, /spec/kafka/version, '4.2'",
        "StatefulSet, prune, /spec/template/spec/containers/0/image, 'pitlane/prune-service:2'",
        "StatefulSet, prune, /spec/template/spec/containers/0/image, 'a.invalid/pitlane/prune-service'",
        "StatefulSet, prune, /spec/template/spec/containers/0/image, 'a.invalid/pitlane/prune-service:latest'",
        "TriggerAuthentication, kafka, /spec/secretTargetRef/0/name, 'other'",
    })
    void whatIsWrongIsFound(String kind, String name, String pointer, String value) {
        var sources = sources();
        var manifest = sources.find(kind, name).orElseThrow();
        var mutant = manifest.node().deepCopy();
        set(mutant, pointer, value(value));

        var problems = problems(sources, manifest, mutant);

        assertThat(problems).isNotEmpty();
    }

    @Test
    void aPlotOfAnUnknownMetricIsFound() {
        var sources = sources();
        var dashboard = sources.find("ConfigMap", "pitlane-dashboard").orElseThrow();
        var mutant = dashboard.node().deepCopy();
        var pointer = "/data/pitlane-dashboard.json";
        var text = mutant.at(pointer).asText();
        set(mutant, pointer, new TextNode(text.replace("pitlane_gpu_sec", "pitlane_gpus_sec")));

        var problems = problems(sources, dashboard, mutant);

        assertThat(problems)
                .singleElement()
                .asString()
                .contains("plots pitlane_gpus_seconds_total, which is no documented metric");
    }

    @ParameterizedTest
    @CsvSource({
        "/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu, '1'",
        "/spec/template/spec/containers/0/image, 'a.invalid/pitlane/prune-service-gpu:1'",
    })
    void aGpuForAServiceThatIsNotChosenIsFound(String pointer, String value) {
        var sources = KustomizeSources.sources("base");
        var prune = sources.find("StatefulSet", "prune").orElseThrow();
        var mutant = prune.node().deepCopy();
        set(mutant, pointer, value(value));

        var problems =
                new GpuCheck(Set.of())
                        .problems(sources.with(prune, new Manifest(prune.source(), mutant)));

        assertThat(new GpuCheck(Set.of()).problems(sources)).isEmpty();
        assertThat(new GpuCheck(Set.of("prune")).problems(sources)).isNotEmpty();
        assertThat(problems).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: bank}, spec: {}}",
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: nas}, spec: {replica: 1}}",
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: nas}, $patch: remove}",
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: nas}}"
            })
    void aPatchThatIsWrongOrChangesNothingIsFound(String text) {
        var patch = new Patch("mutant", StrictYaml.documents(text).get(0), null);

        var problems = new PatchCheck().problems(with(patch));

        assertThat(problems).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{op: replace, path: /spec/template/spec/container, value: []}]",
                "[{op: add, path: /spec/template/spec/containers/0/image/-, value: none}]",
                "[{op: move, path: /spec/template, value: {}}]",
                "[{op: remove, path: /spec/replicas}]",
                "[{op: replace, path: /spec/template, values: {}}]"
            })
    void anOperationThatCannotBeDoneIsFound(String text) {
        var target = new Kustomization.Target(null, null, "StatefulSet", "nas", null);
        var patch = new Patch("mutant", StrictYaml.documents(text).get(0), target);

        var problems = new PatchCheck().problems(with(patch));

        assertThat(problems).isNotEmpty();
    }

    private static Manifests with(Patch patch) {
        return new Manifests("mutant", KustomizeSources.sources("base").all(), List.of(patch));
    }

    private static Manifests sources() {
        return SOURCES;
    }

    /** Other checks cannot read a manifest that violates its schema. */
    private static List<String> problems(Manifests sources, Manifest before, JsonNode mutant) {
        var mutated = sources.with(before, new Manifest(before.source(), mutant));
        var invalid = SchemaCheck.problems(new Manifest(before.source(), mutant));
        return invalid.isEmpty() ? others(mutated) : invalid;
    }

    private static List<String> others(Manifests mutated) {
        return ManifestsTest.CHECKS.stream()
                .filter(check -> !(check instanceof SchemaCheck))
                .flatMap(check -> check.problems(mutated).stream())
                .toList();
    }

    private static void remove(JsonNode node, String pointer) {
        var parent = node.at(parent(pointer));
        if (parent instanceof ArrayNode array) {
            array.remove(Integer.parseInt(last(pointer)));
        } else {
            ((ObjectNode) parent).remove(last(pointer));
        }
    }

    private static void set(JsonNode node, String pointer, JsonNode value) {
        ((ObjectNode) node.at(parent(pointer))).set(last(pointer), value);
    }

    private static JsonNode value(String text) {
        var nodes = JsonNodeFactory.instance;
        if (text.matches("true|false")) {
            return nodes.booleanNode(Boolean.parseBoolean(text));
        }
        return text.matches("\\d") ? nodes.numberNode(Long.parseLong(text)) : nodes.textNode(text);
    }

    private static String parent(String pointer) {
        return pointer.substring(0, pointer.lastIndexOf('/'));
    }

    private static String last(String pointer) {
        return pointer.substring(pointer.lastIndexOf('/') + 1).replace("~1", "/");
    }
}
