package io.pitlane.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Pods and containers are confined (security context, service account, volumes, Secrets), limited
 * in their resources, and probed.
 */
final class PodSpecCheck implements ManifestCheck {
    /** The user of the images. */
    private static final long USER = 10_001;

    private static final Pattern SECRET =
            Pattern.compile(".*(PASSWORD|SECRET|JAAS|TOKEN).*|.*API_KEYS?");

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        for (var workload : manifests.workloads()) {
            pod(workload, manifests, problems);
            for (var container : workload.containers()) {
                var where = workload + ", container " + container.getName() + ",";
                confined(container, where, problems);
                bounded(container, where, problems);
                watched(container, where, problems);
                secrets(container, where, problems);
            }
        }
        return problems.found();
    }

    private static void pod(Workload workload, Manifests manifests, Problems problems) {
        var pod = workload.pod();
        var security = pod.getSecurityContext();
        problems.require(security != null, workload, "has no security context");
        if (security != null) {
            problems.requireEqual(security.getRunAsNonRoot(), true, workload, "runAsNonRoot");
            problems.requireEqual(security.getRunAsUser(), USER, workload, "runAsUser");
            problems.requireEqual(security.getRunAsGroup(), USER, workload, "runAsGroup");
            problems.requireEqual(security.getFsGroup(), USER, workload, "fsGroup");
            var seccomp = security.getSeccompProfile();
            problems.requireEqual(
                    seccomp == null ? null : seccomp.getType(),
                    "RuntimeDefault",
                    workload,
                    "seccomp profile");
        }
        problems.requireEqual(
                pod.getAutomountServiceAccountToken(), false, workload, "token mounted");
        problems.requireEqual(pod.getEnableServiceLinks(), false, workload, "service links");
        problems.require(
                !Boolean.TRUE.equals(pod.getHostNetwork())
                        && !Boolean.TRUE.equals(pod.getHostPID())
                        && !Boolean.TRUE.equals(pod.getHostIPC()),
                workload,
                "shares namespaces with its node");
        account(workload, manifests, problems);
        pod.getVolumes().forEach(volume -> volume(volume, workload, problems));
    }

    private static void account(Workload workload, Manifests manifests, Problems problems) {
        var name = workload.pod().getServiceAccountName();
        problems.requireEqual(name, workload.name(), workload, "service account");
        var account = manifests.find("ServiceAccount", String.valueOf(name));
        problems.require(
                account.isPresent(), workload, "names a service account that does not exist");
        account.ifPresent(
                found ->
                        problems.requireEqual(
                                found.node().path("automountServiceAccountToken").asBoolean(true),
                                false,
                                found,
                                "token mounted"));
    }

    private static void volume(Volume volume, Workload workload, Problems problems) {
        var where = workload + ", volume " + volume.getName() + ",";
        var emptyDir = volume.getEmptyDir();
        problems.require(
                emptyDir != null
                        || volume.getSecret() != null
                        || volume.getConfigMap() != null
                        || volume.getEphemeral() != null
                        || volume.getPersistentVolumeClaim() != null,
                where,
                "is of a type that the restricted pod security standard refuses");
        problems.require(
                emptyDir == null || emptyDir.getSizeLimit() != null, where, "has no size limit");
    }

    private static void confined(Container container, String where, Problems problems) {
        var security = container.getSecurityContext();
        problems.require(security != null, where, "has no security context");
        if (security == null) {
            return;
        }
        problems.requireEqual(
                security.getAllowPrivilegeEscalation(), false, where, "privilege escalation");
        problems.requireEqual(security.getReadOnlyRootFilesystem(), true, where, "read-only root");
        problems.require(!Boolean.TRUE.equals(security.getPrivileged()), where, "is privileged");
        problems.require(
                security.getRunAsUser() == null && security.getRunAsNonRoot() == null,
                where,
                "overrides the user of its pod");
        var capabilities = security.getCapabilities();
        problems.require(
                capabilities != null
                        && capabilities.getDrop().equals(List.of("ALL"))
                        && capabilities.getAdd().isEmpty(),
                where,
                "keeps capabilities");
    }

    private static void bounded(Container container, String where, Problems problems) {
        var resources = container.getResources();
        if (resources == null) {
            problems.require(false, where, "has no resources");
            return;
        }
        var requests = Optional.ofNullable(resources.getRequests()).orElse(Map.of());
        var limits = Optional.ofNullable(resources.getLimits()).orElse(Map.of());
        for (var resource : List.of("cpu", "memory", "ephemeral-storage")) {
            problems.require(requests.containsKey(resource), where, "requests no " + resource);
            problems.require(limits.containsKey(resource), where, "has no limit of " + resource);
            if (requests.containsKey(resource) && limits.containsKey(resource)) {
                problems.require(
                        bytes(requests.get(resource)).compareTo(bytes(limits.get(resource))) <= 0,
                        where,
                        "requests more " + resource + " than its limit");
            }
        }
    }

    private static BigDecimal bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity);
    }

    private static void watched(Container container, String where, Problems problems) {
        var probes = new ArrayList<String>();
        probes.add(path(container.getStartupProbe(), container));
        probes.add(path(container.getLivenessProbe(), container));
        probes.add(path(container.getReadinessProbe(), container));
        problems.requireEqual(
                probes,
                List.of("http/q/health/started", "http/q/health/live", "http/q/health/ready"),
                where,
                "startup, liveness and readiness probes");
        problems.require(
                container.getPorts().stream()
                        .anyMatch(
                                port ->
                                        "http".equals(port.getName())
                                                && port.getContainerPort() == 8080),
                where,
                "has no port http, 8080");
    }

    private static String path(Probe probe, Container container) {
        return probe == null || probe.getHttpGet() == null
                ? "none"
                : probe.getHttpGet().getPort().getStrVal() + probe.getHttpGet().getPath();
    }

    private static void secrets(Container container, String where, Problems problems) {
        for (var variable : container.getEnv()) {
            problems.require(
                    !SECRET.matcher(variable.getName()).matches()
                            || variable.getValueFrom() != null
                                    && variable.getValueFrom().getSecretKeyRef() != null,
                    where,
                    "does not take " + variable.getName() + " from a Secret");
        }
    }
}
