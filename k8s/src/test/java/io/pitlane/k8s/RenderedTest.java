package io.pitlane.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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
                                        .startsWith("REGISTRY/pitlane/")
                                        .endsWith(":TAG"));
        assertThat(rendered.find("KafkaNodePool", "brokers").orElseThrow().node().toString())
                .contains("2Ti");
    }

    @Test
    void theAdditionsOfTheWalkthroughCanBeAppliedToAnOverlay() throws IOException {
        var additions = walkthrough().subList(1, walkthrough().size());

        assertThat(additions).hasSize(2);
        for (var addition : additions) {
            write(
                    """
                    apiVersion: kustomize.config.k8s.io/v1beta1
                    kind: Kustomization
                    resources: [../production]
                    """
                            + addition);
            assertThat(ManifestsTest.problems(render(folder))).as(addition).isEmpty();
        }
    }

    /** The kustomizations in the walkthrough, in order. */
    private static List<String> walkthrough() {
        var page = KustomizeSources.ROOT.resolveSibling("docs/how-to/kubernetes.md");
        return Pattern.compile("^```yaml\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(KustomizeSources.text(page))
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
