package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A kustomization.yaml: the fields that are used here, any other is an error. */
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

    /** A file with changes of what the resources say. */
    record Patch(String path, Target target) {}

    /** What a patch changes, where its own kind and name do not say. */
    record Target(String group, String version, String kind, String name, String labelSelector) {}

    /** A ConfigMap made of files and literals. */
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

    /** What is said about a generated object. */
    record Options(
            Map<String, String> labels,
            Map<String, String> annotations,
            Boolean disableNameSuffixHash) {}

    /** Where an image comes from. */
    record Image(String name, String newName, String newTag, String digest) {}

    /** How many replicas. */
    record Replicas(String name, int count) {}

    static Kustomization read(JsonNode node)
            throws com.fasterxml.jackson.core.JsonProcessingException {
        return StrictYaml.read(node, Kustomization.class);
    }
}
