package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The overlays as rendered by kustomize; skipped without kubectl. */
class RenderedTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"kind, ''", "production, bench"})
    void everyCheckPassesForARenderedOverlay(String overlay, String onGpus) {
        // Given
        var withGpu =
                Set.copyOf(Arrays.stream(onGpus.split(",")).filter(s -> !s.isEmpty()).toList());

        // When
        var rendered = render(KustomizeSources.folder("overlays/" + overlay));

        // Then
        assertThat(ManifestsTest.problems(rendered)).isEmpty();
        assertThat(new GpuCheck(withGpu).problems(rendered)).isEmpty();
        assertThat(rendered.all())
                .filteredOn(manifest -> !manifest.is("Namespace"))
                .allSatisfy(m -> assertThat(m.at("/metadata/namespace")).isEqualTo("pitlane"));
    }

    @Test
    void everyStageCanBeOnGpus() throws IOException {
        // Given
        write(
                """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../base]
                components: [../../components/gpu/distill, ../../components/gpu/nas]
                """);

        // When
        var rendered = render(folder);

        // Then
        assertThat(ManifestsTest.problems(rendered)).isEmpty();
        assertThat(new GpuCheck(Set.of("distill", "nas")).problems(rendered)).isEmpty();
    }

    @Test
    void theOrderOfComponentsDoesNotMatter() throws IOException {
        // Given
        var components =
                List.of(
                        "../../components/strimzi",
                        "../../components/keda",
                        "../../components/gpu/bench",
                        "../../components/monitoring");
        var orders = permutations(components);
        var expected = inOrder(components);

        // When
        for (var order : orders) {
            var rendered = inOrder(order);

            // Then
            assertThat(rendered).as(order.toString()).isEqualTo(expected);
        }
        assertThat(orders).hasSize(24).doesNotHaveDuplicates();
        assertThat(expected).hasSizeGreaterThan(50);
    }

    @Test
    void theExampleWithKnativeCanBeListedBeforeTheCluster() throws IOException {
        var strimzi = "../../components/strimzi";
        var knative = "../../examples/knative";

        assertThat(inOrder(List.of(knative, strimzi)))
                .isEqualTo(inOrder(List.of(strimzi, knative)));
    }

    /** The objects of the base with components. */
    private Set<JsonNode> inOrder(List<String> components) throws IOException {
        write(
                """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: pitlane
                resources: [../../base]
                components: %s
                """
                        .formatted(components));
        return render(folder).all().stream().map(Manifest::node).collect(Collectors.toSet());
    }

    private static List<List<String>> permutations(List<String> elements) {
        if (elements.isEmpty()) {
            return List.of(List.of());
        }
        return elements.stream()
                .flatMap(
                        first ->
                                permutations(
                                                elements.stream()
                                                        .filter(e -> !e.equals(first))
                                                        .toList())
                                        .stream()
                                        .map(rest -> append(first, rest)))
                .toList();
    }

    private static List<String> append(String first, List<String> rest) {
        return Stream.concat(Stream.of(first), rest.stream()).toList();
    }

    @Test
    void everyCheckPassesForTheOverlayOfTheWalkthrough() throws IOException {
        // Given
        write(walkthrough().get(0));

        // When
        var rendered = render(folder);

        // Then
        assertThat(ManifestsTest.problems(rendered)).isEmpty();
        assertThat(rendered.workloads())
                .allSatisfy(
                        workload ->
                                assertThat(workload.container().getImage())
                                        .startsWith("registry.example/pitlane/")
                                        .endsWith(":TAG"));
        assertThat(rendered.find("KafkaNodePool", "brokers").orElseThrow().node().toString())
                .contains("2Ti");
    }

    @Test
    void theAdditionsOfTheWalkthroughCanBeAppliedToAnOverlay() throws IOException {
        var additions = walkthrough().subList(1, walkthrough().size());

        assertThat(additions).hasSize(4);
        for (var addition : additions) {
            assertThat(ManifestsTest.problems(production(addition))).as(addition).isEmpty();
        }
    }

    /** The API server refuses the change of other fields of a StatefulSet. */
    @Test
    void theWalkthroughReplacesAStatefulSetThatCannotBeChangedInPlace() throws IOException {
        // Given
        var before = production("");
        var additions = walkthrough().subList(1, walkthrough().size());
        var refused = new ArrayList<String>();

        // When
        for (var addition : additions) {
            for (var after : production(addition).of("StatefulSet").toList()) {
                var same = before.find("StatefulSet", after.name()).orElseThrow();
                if (!immutable(after).equals(immutable(same))) {
                    refused.add(addition);
                }
            }
        }

        // Then
        assertThat(refused)
                .singleElement()
                .satisfies(
                        addition ->
                                assertThat(sectionAfter(addition))
                                        .contains("delete statefulset/prune --cascade=orphan"));
    }

    private static JsonNode immutable(Manifest statefulSet) {
        return ((ObjectNode) statefulSet.node().path("spec"))
                .deepCopy()
                .without(
                        List.of(
                                "minReadySeconds",
                                "ordinals",
                                "persistentVolumeClaimRetentionPolicy",
                                "replicas",
                                "revisionHistoryLimit",
                                "template",
                                "updateStrategy"));
    }

    /** The production overlay with an addition to its kustomization. */
    private Manifests production(String addition) throws IOException {
        write(
                """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../production]
                """
                        + addition);
        return render(folder);
    }

    /** The page from a block to the next heading. */
    private static String sectionAfter(String block) {
        var page = page();
        var after = page.substring(page.indexOf(block) + block.length());
        return after.substring(0, after.indexOf("\n## "));
    }

    private static String page() {
        return KustomizeSources.text(
                KustomizeSources.ROOT.resolveSibling("docs/how-to/kubernetes.md"));
    }

    /** The kustomizations in the walkthrough, in order. */
    private static List<String> walkthrough() {
        return Pattern.compile("^```yaml\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(page())
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** Writes a kustomization with paths as in a folder beside the overlays. */
    private void write(String kustomization) throws IOException {
        var root = folder.toRealPath().relativize(KustomizeSources.ROOT.toRealPath());
        Files.writeString(
                folder.resolve("kustomization.yaml"),
                kustomization
                        .replace("REGISTRY/", "registry.example/")
                        .replace("../../", root + "/")
                        .replace("../production", root + "/overlays/production"));
    }

    @Test
    void productionSurvivesTheLossOfABrokerAndOfAGateway() {
        var rendered = render(KustomizeSources.folder("overlays/production"));

        var kafka = rendered.find("Kafka", "pitlane").orElseThrow();
        assertThat(kafka.at("/spec/kafka/config/default.replication.factor")).isEqualTo("3");
        assertThat(kafka.at("/spec/kafka/config/min.insync.replicas")).isEqualTo("2");
        assertThat(rendered.find("Deployment", "gateway").orElseThrow().at("/spec/replicas"))
                .isEqualTo("2");
        assertThat(rendered.of("ScaledObject")).hasSameSizeAs(Services.stages());
        assertThat(rendered.of("PodMonitor")).isNotEmpty();
    }

    private Manifests render(Path kustomization) {
        var kubectl = kubectl();
        assumeThat(kubectl).as("kubectl on the path").isPresent();
        var output = folder.resolve("rendered.yaml");
        var errors = folder.resolve("errors.txt");
        try {
            var process =
                    new ProcessBuilder(
                                    kubectl.orElseThrow().toString(),
                                    "kustomize",
                                    kustomization.toString())
                            .redirectOutput(output.toFile())
                            .redirectError(errors.toFile())
                            .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            var all =
                    StrictYaml.documents(output).stream()
                            .map(node -> new Manifest("rendered", node))
                            .toList();
            return new Manifests("rendered " + kustomization, all, List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Optional<Path> kubectl() {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
