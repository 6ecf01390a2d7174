package io.pitlane.tests.techniques.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.prune.PruneStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkNetworks;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import io.pitlane.tests.techniques.benchmark.FashionPlan;
import io.pitlane.tests.techniques.benchmark.ProcessCosts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Time and memory of a cut and its reconstruction on a model of 25 million parameters. */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "large-pruning",
        disabledReason = "takes minutes: run with -Dpitlane.benchmark=large-pruning")
class LargeModelPruningIT {
    /** Of TensorFlow, for batches; the equations and the Java heap come on top. */
    private static final String NATIVE_MIB = "768";

    @TempDir Path folder;

    @BeforeAll
    static void limitMemory() {
        System.setProperty("pitlane.native-memory-mib", NATIVE_MIB);
    }

    @AfterAll
    static void removeLimit() {
        System.clearProperty("pitlane.native-memory-mib");
    }

    @Test
    void allocationAndReconstructionTakeMinutesAndLessThan4GB() throws IOException {
        // Given
        TensorFlowRuntime.load();
        var before = BenchmarkNetworks.resNet50(1);
        SavedModelWriter.write(before, folder.resolve("model"));
        var plan = FashionPlan.of(224, "prune: {target: {macs: 0.5}, fineTune: {epochs: 0}}");
        var original = BenchmarkStage.original(plan, folder);

        // When
        long start = System.nanoTime();
        double cpu = ProcessCosts.cpuSeconds();
        var made =
                (ModelMade)
                        BenchmarkStage.run(
                                new PruneStage(), plan, 0, List.of(original), folder, folder);
        double seconds = (System.nanoTime() - start) / 1e9;

        // Then
        var after = SavedModelReader.read(made.savedModel());
        double memory = ProcessCosts.peakMemory();
        System.out.printf(
                "%.0f s, %.0f s of CPU, at most %.2f GB%n",
                seconds, ProcessCosts.cpuSeconds() - cpu, memory / 1e9);
        made.notes().forEach(System.out::println);
        assertThat((double) Footprint.of(after).macs() / Footprint.of(before).macs())
                .isCloseTo(0.5, within(0.015));
        var result =
                (ReconstructionResult)
                        made.findings().stream()
                                .filter(ReconstructionResult.class::isInstance)
                                .findFirst()
                                .orElseThrow();
        assertThat(result.layers())
                .hasSizeGreaterThan(45)
                .allSatisfy(layer -> assertThat(layer.after()).isLessThanOrEqualTo(layer.before()));
        assertThat(memory).isLessThan(4e9);
    }
}
