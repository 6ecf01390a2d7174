package io.pitlane.k8s;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Exactly the chosen services use a GPU, with all that this requires: limit, image, toleration and
 * node affinity.
 *
 * @param chosen the services
 */
record GpuCheck(Set<String> chosen) implements ManifestCheck {
    private static final String GPU = "nvidia.com/gpu";

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        for (var workload : manifests.workloads()) {
            var takes =
                    workload.containers().stream().anyMatch(c -> has(c.getResources().getLimits()));
            problems.requireEqual(
                    takes, chosen.contains(workload.name()), workload, "a GPU of its own:");
            var image = workload.container().getImage().replaceFirst(":[\\w.-]+$", "");
            problems.requireEqual(image.endsWith("-gpu"), takes, workload, "an image for GPUs:");
            problems.requireEqual(
                    workload.pod().getTolerations().stream().anyMatch(t -> GPU.equals(t.getKey())),
                    takes,
                    workload,
                    "a toleration for GPU nodes:");
            problems.requireEqual(
                    workload.manifest().node().toString().contains("nvidia.com/gpu.present"),
                    takes,
                    workload,
                    "an affinity to GPU nodes:");
        }
        return problems.found();
    }

    private static boolean has(Map<String, Quantity> limits) {
        return Optional.ofNullable(limits).orElse(Map.of()).containsKey(GPU);
    }
}
