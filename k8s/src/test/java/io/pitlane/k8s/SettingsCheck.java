package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.configuration.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Every variable is a documented setting and agrees with the volumes and the cluster. */
final class SettingsCheck implements ManifestCheck {
    private static final Pattern SETTING = Pattern.compile("`([a-z][a-z0-9.-]*\\.[a-z0-9.-]*)`");

    /** Time to send a checkpoint, to publish a model and to leave the consumer group. */
    private static final Duration LEAVING = Duration.ofMinutes(2);

    private final Set<String> known = known();

    /** The documented settings and those of Kafka clients, as names of environment variables. */
    private static Set<String> known() {
        var page = Path.of(System.getProperty("pitlane.root"), "docs/reference/configuration.md");
        var documented =
                SETTING.matcher(KustomizeSources.text(page))
                        .results()
                        .map(setting -> setting.group(1));
        var kafka = AdminClientConfig.configNames().stream().map(name -> "kafka." + name);
        return Stream.concat(documented, kafka)
                .map(name -> name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        for (var workload : manifests.workloads()) {
            var set = set(workload, manifests, problems);
            set.keySet()
                    .forEach(
                            name ->
                                    problems.require(
                                            known.contains(name),
                                            workload,
                                            "sets " + name + ", which is no documented setting"));
            mounted(workload, set, problems);
            problems.requireEqual(set.get("QUARKUS_HTTP_HOST"), "0.0.0.0", workload, "host");
            problems.requireEqual(
                    set.get("KAFKA_SECURITY_PROTOCOL"), "SASL_SSL", workload, "Kafka protocol");
            kafkaUser(workload, problems);
            if (Services.stages().contains(workload.name())) {
                drained(workload, set, problems);
            }
            if (workload.name().equals(Services.GATEWAY)) {
                closed(workload, set, problems);
            }
            manifests.of("Kafka").forEach(kafka -> found(workload, set, kafka, problems));
        }
        return problems.found();
    }

    private static Map<String, String> set(
            Workload workload, Manifests manifests, Problems problems) {
        var set = new TreeMap<String, String>();
        for (var source : workload.container().getEnvFrom()) {
            var name = source.getConfigMapRef() == null ? "" : source.getConfigMapRef().getName();
            var map = manifests.find("ConfigMap", name);
            problems.require(
                    map.isPresent(), workload, "takes settings from an unknown ConfigMap: " + name);
            map.map(found -> found.node().path("data"))
                    .ifPresent(
                            data ->
                                    data.properties()
                                            .forEach(
                                                    entry ->
                                                            set.put(
                                                                    entry.getKey(),
                                                                    text(entry.getValue()))));
        }
        workload.container().getEnv().forEach(v -> set.put(v.getName(), v.getValue()));
        return set;
    }

    private static String text(JsonNode value) {
        return value.asText();
    }

    private static void mounted(Workload workload, Map<String, String> set, Problems problems) {
        var mounts =
                workload.container().getVolumeMounts().stream()
                        .collect(Collectors.toMap(m -> m.getMountPath(), m -> m.getName()));
        for (var setting : List.of("PITLANE_WORK_FOLDER", "PITLANE_CACHE_FOLDER")) {
            problems.require(
                    mounts.containsKey(String.valueOf(set.get(setting))),
                    workload,
                    "mounts no volume at " + setting + " " + set.get(setting));
        }
        problems.require(mounts.containsKey("/tmp"), workload, "mounts no volume at /tmp");
        var certificates = Path.of(set.getOrDefault("KAFKA_SSL_TRUSTSTORE_LOCATION", "/none"));
        problems.require(
                mounts.containsKey(certificates.getParent().toString()),
                workload,
                "mounts no volume at the folder of Kafka's certificate");
    }

    /** The services use the addresses and Secrets that the operator creates for a cluster. */
    private static void found(
            Workload workload, Map<String, String> set, Manifest kafka, Problems problems) {
        problems.requireEqual(
                set.get("KAFKA_BOOTSTRAP_SERVERS"),
                kafka.name() + "-kafka-bootstrap:" + kafka.at("/spec/kafka/listeners/0/port"),
                workload,
                "bootstrap servers");
        problems.require(
                workload.pod().getVolumes().stream()
                        .anyMatch(
                                volume ->
                                        volume.getSecret() != null
                                                && (kafka.name() + "-cluster-ca-cert")
                                                        .equals(
                                                                volume.getSecret()
                                                                        .getSecretName())),
                workload,
                "does not mount the certificate of " + kafka);
        problems.requireEqual(
                set.get("PITLANE_TOPICS_CREATE"), "false", workload, "PITLANE_TOPICS_CREATE");
    }

    /** The gateway requires API keys on this address; they come from a Secret. */
    private static void closed(Workload workload, Map<String, String> set, Problems problems) {
        var file = Path.of(set.getOrDefault("PITLANE_SECURITY_API_KEYS_FILE", "/none"));
        var volume =
                workload.container().getVolumeMounts().stream()
                        .filter(mount -> mount.getMountPath().equals(file.getParent().toString()))
                        .filter(mount -> mount.getSubPath() == null)
                        .map(mount -> mount.getName())
                        .findFirst()
                        .orElse(null);
        problems.require(
                workload.pod().getVolumes().stream()
                        .filter(each -> each.getName().equals(volume))
                        .anyMatch(
                                each ->
                                        each.getSecret() != null
                                                && each.getSecret().getItems().stream()
                                                        .anyMatch(
                                                                item ->
                                                                        file.endsWith(
                                                                                item.getPath()))),
                workload,
                "mounts no Secret with the API keys at " + file);
    }

    /** The grace period allows for draining a job and then a trial. */
    private static void drained(Workload workload, Map<String, String> set, Problems problems) {
        var drain = new DurationConverter().convert(set.getOrDefault("PITLANE_JOB_DRAIN", "0S"));
        var grace = Duration.ofSeconds(workload.pod().getTerminationGracePeriodSeconds());
        problems.require(
                !drain.isZero() && grace.compareTo(drain.multipliedBy(2).plus(LEAVING)) >= 0,
                workload,
                "has a grace period of " + grace + ", too short for a drain of " + drain);
    }

    private static void kafkaUser(Workload workload, Problems problems) {
        problems.requireEqual(
                workload.variable("KAFKA_SASL_JAAS_CONFIG")
                        .map(variable -> variable.getValueFrom().getSecretKeyRef())
                        .map(secret -> secret.getName() + "/" + secret.getKey())
                        .orElse(null),
                "pitlane-" + workload.name() + "/sasl.jaas.config",
                workload,
                "Kafka user");
    }
}
