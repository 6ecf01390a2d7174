package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a kustomization.yaml that the manifests use; any other is an error. */
record Kustomization(
        String apiVersion,
        String kind,
        String namespace,
        List<String> resources,
        List<String> components,
        List<Patch> patches,
        List<ConfigMap> configMapGenerator,
        List<Image> images,
        List<Replicas> replicas) {

    Kustomization {
        resources = Optional.ofNullable(resources).orElse(List.of());
        components = Optional.ofNullable(components).orElse(List.of());
        patches = Optional.ofNullable(patches).orElse(List.of());
        configMapGenerator = Optional.ofNullable(configMapGenerator).orElse(List.of());
        images = Optional.ofNullable(images).orElse(List.of());
        replicas = Optional.ofNullable(replicas).orElse(List.of());
    }

    /** A file with changes to resources. */
    record Patch(String path, Target target) {}

    /** The objects that a patch changes; null fields match any object. */
    record Target(String group, String version, String kind, String name, String labelSelector) {}

    /** A ConfigMap generated from files and literals. */
    record ConfigMap(
            String name,
            String behavior,
            List<String> envs,
            List<String> files,
            List<String> literals,
            Options options) {

        ConfigMap {
            envs = Optional.ofNullable(envs).orElse(List.of());
            files = Optional.ofNullable(files).orElse(List.of());
            literals = Optional.ofNullable(literals).orElse(List.of());
        }
    }

    /** Metadata of a generated object. */
    record Options(
            Map<String, String> labels,
            Map<String, String> annotations,
            Boolean disableNameSuffixHash) {}

    /** Another name, tag or digest for an image. */
    record Image(String name, String newName, String newTag, String digest) {}

    /** Another number of replicas for a workload. */
    record Replicas(String name, int count) {}

    static Kustomization read(JsonNode node)
            throws com.fasterxml.jackson.core.JsonProcessingException {
        return StrictYaml.read(node, Kustomization.class);
    }
}
