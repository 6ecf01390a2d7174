package io.pitlane.k8s;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Exactly the chosen services use a GPU, with all that this requires: limit, image and toleration.
 * The limit alone selects the node; only bench has an affinity, to GPUs that are not shared.
 *
 * @param chosen the services
 */
record GpuCheck(Set<String> chosen) implements ManifestCheck {
    private static final String GPU = "nvidia.com/gpu";
    private static final List<String> UNSHARED =
            List.of("nvidia.com/gpu.sharing-strategy NotIn [time-slicing, mps]");

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        for (var workload : manifests.workloads()) {
            var takes =
                    workload.containers().stream().anyMatch(c -> has(c.getResources().getLimits()));
            problems.requireEqual(
                    takes, chosen.contains(workload.name()), workload, "a GPU of its own:");
            var image = Image.of(workload.container().getImage());
            problems.requireEqual(
                    image.repository().endsWith("-gpu"), takes, workload, "an image for GPUs:");
            problems.requireEqual(
                    workload.pod().getTolerations().stream().anyMatch(t -> GPU.equals(t.getKey())),
                    takes,
                    workload,
                    "a toleration for GPU nodes:");
            problems.requireEqual(
                    affinity(workload.pod()),
                    takes && workload.name().equals("bench") ? UNSHARED : List.of(),
                    workload,
                    "an affinity to nodes:");
        }
        return problems.found();
    }

    /** What is required of a node's labels. */
    private static List<String> affinity(PodSpec pod) {
        return Optional.ofNullable(pod.getAffinity())
                .map(affinity -> affinity.getNodeAffinity())
                .map(nodes -> nodes.getRequiredDuringSchedulingIgnoredDuringExecution())
                .stream()
                .flatMap(required -> required.getNodeSelectorTerms().stream())
                .flatMap(term -> term.getMatchExpressions().stream())
                .map(label -> label.getKey() + " " + label.getOperator() + " " + label.getValues())
                .toList();
    }

    private static boolean has(Map<String, Quantity> limits) {
        return Optional.ofNullable(limits).orElse(Map.of()).containsKey(GPU);
    }
}
