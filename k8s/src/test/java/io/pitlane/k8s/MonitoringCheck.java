package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every workload is scraped, and every plot of the dashboard shows an existing metric. */
final class MonitoringCheck implements ManifestCheck {
    private static final Pattern PITLANE = Pattern.compile("\\bpitlane_\\w+");
    private static final Pattern EXPORTER = Pattern.compile("\\bkafka_consumergroup_\\w+");
    private static final Pattern DOCUMENTED = Pattern.compile("`(pitlane_\\w+)`");

    /**
     * The metrics of the reference page; tests of libs/pipeline and the gateway keep it complete.
     */
    static Set<String> documented() {
        var page = Path.of(System.getProperty("pitlane.root"), "docs/reference/metrics.md");
        return DOCUMENTED
                .matcher(KustomizeSources.text(page))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        if (!manifests.has("PodMonitor")) {
            return problems.found();
        }
        monitors(manifests, problems);
        var dashboards =
                manifests
                        .of("ConfigMap")
                        .filter(map -> map.node().path("data").has("pitlane-dashboard.json"))
                        .toList();
        problems.require(dashboards.size() == 1, manifests, "has no dashboard");
        dashboards.forEach(dashboard -> plotted(dashboard, manifests, problems));
        return problems.found();
    }

    private static void monitors(Manifests manifests, Problems problems) {
        var monitored =
                manifests
                        .of("PodMonitor")
                        .map(manifest -> manifest.as(PrometheusResources.PodMonitor.class).spec())
                        .toList();
        for (var workload : manifests.workloads()) {
            problems.require(
                    monitored.stream()
                            .anyMatch(
                                    spec ->
                                            workload.podLabels()
                                                            .entrySet()
                                                            .containsAll(
                                                                    spec.selector()
                                                                            .getMatchLabels()
                                                                            .entrySet())
                                                    && spec.podMetricsEndpoints().stream()
                                                            .anyMatch(
                                                                    e ->
                                                                            "http".equals(e.port())
                                                                                    && "/q/metrics"
                                                                                            .equals(
                                                                                                    e
                                                                                                            .path()))),
                    workload,
                    "is not scraped");
        }
    }

    private static void plotted(Manifest dashboard, Manifests manifests, Problems problems) {
        var queries = queries(dashboard);
        problems.require(!queries.isEmpty(), dashboard, "plots nothing");
        for (var query : queries) {
            var ours = PITLANE.matcher(query).results().map(name -> name.group()).toList();
            var exported = EXPORTER.matcher(query).find();
            ours.forEach(
                    name ->
                            problems.require(
                                    documented().contains(name.replaceFirst("_bucket$", "")),
                                    dashboard,
                                    "plots " + name + ", which is no documented metric"));
            problems.require(
                    !ours.isEmpty() || exported, dashboard, "plots no metric of Pitlane: " + query);
            problems.require(
                    !exported || exporter(manifests),
                    dashboard,
                    "plots lag, but the cluster has no exporter");
        }
    }

    private static boolean exporter(Manifests manifests) {
        return manifests.of("Kafka").anyMatch(k -> k.node().path("spec").has("kafkaExporter"));
    }

    private static List<String> queries(Manifest dashboard) {
        try {
            var text = dashboard.node().path("data").path("pitlane-dashboard.json").asText();
            return JsonMapper.builder().build().readTree(text).findValues("expr").stream()
                    .map(JsonNode::asText)
                    .toList();
        } catch (JsonProcessingException e) {
            throw new AssertionError(dashboard + ": " + e.getOriginalMessage(), e);
        }
    }
}
