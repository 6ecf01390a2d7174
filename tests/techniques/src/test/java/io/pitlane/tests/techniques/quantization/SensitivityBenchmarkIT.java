package io.pitlane.tests.techniques.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.plan.Plan;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.quantize.QuantizeStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkNetworks;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import io.pitlane.tests.techniques.benchmark.FashionPlan;
import io.pitlane.tests.techniques.benchmark.ProcessCosts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the sensitivity of a network of 50 layers takes: docs/quantization.md. */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "sensitivity",
        disabledReason = "takes minutes: run with -Dpitlane.benchmark=sensitivity")
class SensitivityBenchmarkIT {
    private static final int LAYERS = 50;
    private static final int PROJECTIONS = 4;

    @TempDir private Path folder;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void everyLayerOfAResidualNetworkIsMeasured(int side) throws IOException {
        // Given
        SavedModelWriter.write(BenchmarkNetworks.residual50(17, side), folder.resolve("model"));
        var plan = FashionPlan.of(side, "quantize: {sensitivity: {samples: 256}}");
        var started = Instant.now();
        double before = ProcessCosts.cpuSeconds();

        // When
        var made = (ModelMade) quantize(plan);

        // Then
        System.out.printf(
                "%d x %d: %d s, %.0f s of CPU, threads %s%n",
                side,
                side,
                Duration.between(started, Instant.now()).toSeconds(),
                ProcessCosts.cpuSeconds() - before,
                System.getProperty("pitlane.threads", "all"));
        assertThat(made.findings())
                .filteredOn(LayerSensitivity.class::isInstance)
                .singleElement()
                .satisfies(
                        finding ->
                                assertThat(((LayerSensitivity) finding).layers())
                                        .hasSize(LAYERS + PROJECTIONS));
    }

    private StageOutcome quantize(Plan plan) throws IOException {
        var original = BenchmarkStage.original(plan, folder);
        return BenchmarkStage.run(new QuantizeStage(), plan, 0, List.of(original), folder, folder);
    }
}
