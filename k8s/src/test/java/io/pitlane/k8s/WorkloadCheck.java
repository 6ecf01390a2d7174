package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Every service has a workload, an image, a Service and a PodDisruptionBudget of its own; every
 * stage is a StatefulSet, so that its replicas keep their names.
 */
final class WorkloadCheck implements ManifestCheck {

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        var workloads = manifests.workloads();
        problems.requireEqual(
                workloads.stream().map(Workload::name).sorted().toList(),
                Services.all().stream().sorted().toList(),
                manifests,
                "workloads");
        for (var workload : workloads) {
            image(workload, problems);
            selected(workload, workloads, manifests, problems);
            if (Services.stages().contains(workload.name())) {
                stage(workload, manifests, problems);
            }
        }
        return problems.found();
    }

    private static void image(Workload workload, Problems problems) {
        var image = Image.of(workload.container().getImage());
        var expected = "pitlane/" + workload.name() + "-service";
        problems.require(
                image.repository().endsWith(expected)
                        || image.repository().endsWith(expected + "-gpu"),
                workload,
                "runs the image " + image.repository());
        problems.require(
                image.isPinned(),
                workload,
                "runs an image without a tag, or with a tag that moves");
        // Without a registry's name, it would come from a public namespace that anyone may own.
        problems.require(
                image.hasRegistry() || "Never".equals(workload.container().getImagePullPolicy()),
                workload,
                "would pull " + image.repository() + " from the default registry");
    }

    private static void selected(
            Workload workload, List<Workload> all, Manifests manifests, Problems problems) {
        problems.requireEqual(
                workload.podLabels().get("app.kubernetes.io/part-of"),
                "pitlane",
                workload,
                "label app.kubernetes.io/part-of");
        var own = workload.manifest().node().at("/spec/selector/matchLabels");
        problems.requireEqual(
                selected(own, all), List.of(workload.name()), workload, "own pods of");
        var service = manifests.find("Service", workload.name());
        problems.require(
                service.isPresent()
                        && selected(service.get().node().at("/spec/selector"), all)
                                .equals(List.of(workload.name()))
                        && service.get().at("/spec/ports/0/targetPort").equals("http"),
                workload,
                "has no Service that selects its pods, and only these");
        var budget = manifests.find("PodDisruptionBudget", workload.name());
        problems.require(
                budget.isPresent()
                        && selected(budget.get().node().at("/spec/selector/matchLabels"), all)
                                .equals(List.of(workload.name()))
                        && budget.get().at("/spec/maxUnavailable").equals("1"),
                workload,
                "has no PodDisruptionBudget of one pod at a time");
    }

    /** The workloads whose pods have all labels of a selector. */
    private static List<String> selected(JsonNode selector, List<Workload> all) {
        return all.stream()
                .filter(workload -> matches(selector, workload))
                .map(Workload::name)
                .toList();
    }

    private static boolean matches(JsonNode selector, Workload workload) {
        return selector.size() > 0
                && selector.properties().stream()
                        .allMatch(
                                label ->
                                        label.getValue()
                                                .asText()
                                                .equals(workload.podLabels().get(label.getKey())));
    }

    private static void stage(Workload workload, Manifests manifests, Problems problems) {
        var manifest = workload.manifest();
        problems.requireEqual(manifest.kind(), "StatefulSet", workload, "kind");
        problems.requireEqual(
                manifest.at("/spec/serviceName"), workload.name(), workload, "Service");
        problems.requireEqual(
                manifests
                        .find("Service", workload.name())
                        .map(service -> service.at("/spec/clusterIP"))
                        .orElse(""),
                "None",
                workload,
                "clusterIP");
        problems.requireEqual(
                workload.variable("PITLANE_INSTANCE")
                        .map(variable -> variable.getValueFrom())
                        .filter(Objects::nonNull)
                        .map(source -> source.getFieldRef())
                        .map(field -> field.getFieldPath())
                        .orElse(null),
                "metadata.name",
                workload,
                "PITLANE_INSTANCE from");
        problems.require(
                !manifest.node().at("/spec").has("replicas") || !manifests.has("ScaledObject"),
                workload,
                "sets replicas, which would reset the number that KEDA has set");
    }

    /** What all stages have in common: a stage without its name, image and resources. */
    static String common(Workload stage) {
        var node = (ObjectNode) stage.manifest().node().deepCopy();
        var container = (ObjectNode) node.at("/spec/template/spec/containers/0");
        container.remove(List.of("resources", "image"));
        return node.toString()
                .replaceAll("\\b" + stage.name() + "\\b", "STAGE")
                .lines()
                .collect(Collectors.joining());
    }
}
