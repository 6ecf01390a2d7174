package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A StatefulSet or a Deployment.
 *
 * @param template the template of its pods
 */
record Workload(Manifest manifest, PodTemplateSpec template) {

    static Workload of(Manifest manifest) {
        try {
            var template = manifest.node().at("/spec/template");
            return new Workload(manifest, StrictYaml.read(template, PodTemplateSpec.class));
        } catch (JsonProcessingException e) {
            throw new AssertionError(manifest + ": " + e.getOriginalMessage(), e);
        }
    }

    PodSpec pod() {
        return template().getSpec();
    }

    Map<String, String> podLabels() {
        return Optional.ofNullable(template().getMetadata().getLabels()).orElse(Map.of());
    }

    /** Init containers included. */
    List<Container> containers() {
        return Stream.concat(pod().getContainers().stream(), pod().getInitContainers().stream())
                .toList();
    }

    Container container() {
        return pod().getContainers().get(0);
    }

    Optional<EnvVar> variable(String name) {
        return container().getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .findFirst();
    }

    String name() {
        return manifest.name();
    }

    @Override
    public String toString() {
        return manifest.toString();
    }
}
