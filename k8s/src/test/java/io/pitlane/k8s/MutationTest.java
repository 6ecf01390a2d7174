package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks find what they are there to find: each mutation of the sources is a problem. */
class MutationTest {
    private static final String POD = "/spec/template/spec";

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

    @ParameterizedTest(name = "{0} {1} with {2} {3}")
    @CsvSource({
        "StatefulSet, prune, /spec/template/spec/hostNetwork, true",
        "StatefulSet, prune, /spec/template/spec/securityContext/runAsUser, 0",
        "StatefulSet, prune, /spec/template/spec/containers/0/image, 'pitlane/quantize-service'",
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
    })
    void whatIsWrongIsFound(String kind, String name, String pointer, String value) {
        var sources = sources();
        var manifest = sources.find(kind, name).orElseThrow();
        var mutant = manifest.node().deepCopy();
        set(mutant, pointer, value(value));

        var problems = problems(sources, manifest, mutant);

        assertThat(problems).isNotEmpty();
    }

    private static Manifests sources() {
        return Kustomize.sources("base");
    }

    /** What makes a manifest unreadable as its kind is found by the schema, and only by that. */
    private static List<String> problems(Manifests sources, Manifest before, JsonNode mutant) {
        var mutated = sources.with(before, new Manifest(before.source(), mutant));
        var invalid = new Schemas().problems(mutated);
        return invalid.isEmpty() ? ManifestsTest.problems(mutated) : invalid;
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
