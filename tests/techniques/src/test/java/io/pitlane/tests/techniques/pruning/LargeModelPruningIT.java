package io.pitlane.tests.techniques.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.prune.PruneStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkNetworks;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Time and memory of a cut and its reconstruction on a model of 25 million parameters. */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "large-pruning",
        disabledReason = "takes minutes: run with -Dpitlane.benchmark=large-pruning")
class LargeModelPruningIT {
    private static final Path FASHION =
            Path.of(System.getProperty("pitlane.root")).resolve("examples/fashion-mnist");
    private static final String PLAN =
            """
            name: large
            model: model
            data:
              train: {images: %1$s/train-images-idx3-ubyte.gz, labels: %1$s/train-labels-idx1-ubyte.gz}
              test: {images: %1$s/test-images-idx3-ubyte.gz, labels: %1$s/test-labels-idx1-ubyte.gz}
            input: {channels: grey, resize: [224, 224], scale: 0.00392156862745098}
            seed: 1
            steps:
              - prune: {target: {macs: 0.5}, fineTune: {epochs: 0}}
            """;

    @TempDir Path folder;

    @Test
    void allocationAndReconstructionTakeMinutesAndLessThan4GB() throws IOException {
        // Given
        TensorFlowRuntime.load();
        var before = BenchmarkNetworks.resNet50(1);
        SavedModelWriter.write(before, folder.resolve("model"));
        var plan = PlanReader.read(PLAN.formatted(FASHION));
        var original = BenchmarkStage.original(plan, folder);

        // When
        long start = System.nanoTime();
        var made =
                (ModelMade)
                        BenchmarkStage.run(
                                new PruneStage(), plan, 0, List.of(original), folder, folder);
        double seconds = (System.nanoTime() - start) / 1e9;

        // Then
        var after = SavedModelReader.read(made.savedModel());
        double memory = peakMemory();
        System.out.printf("%.0f s, at most %.2f GB%n", seconds, memory / 1e9);
        made.notes().forEach(System.out::println);
        assertThat((double) Footprint.of(after).macs() / Footprint.of(before).macs())
                .isCloseTo(0.5, within(0.015));
        var result = (ReconstructionResult) made.findings().get(0);
        assertThat(result.layers())
                .hasSizeGreaterThan(45)
                .allSatisfy(layer -> assertThat(layer.after()).isLessThanOrEqualTo(layer.before()));
        assertThat(memory).isLessThan(4e9);
    }

    /** The most memory that this process has used, in bytes, as Linux counts it. */
    private static double peakMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
