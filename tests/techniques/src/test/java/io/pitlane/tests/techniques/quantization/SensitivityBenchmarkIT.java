package io.pitlane.tests.techniques.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.quantize.QuantizeStage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
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
        var model = folder.resolve("model");
        SavedModelWriter.write(BenchmarkNetworks.residual50(17, side), model);
        var plan = planOf(side);
        var started = Instant.now();
        double before = cpuSeconds();

        // When
        var made = (ModelMade) new QuantizeStage().run(task(plan, model), ProgressListener.NONE);

        // Then
        System.out.printf(
                "%d x %d: %d s, %.0f s of CPU, threads %s%n",
                side,
                side,
                Duration.between(started, Instant.now()).toSeconds(),
                cpuSeconds() - before,
                System.getProperty("pitlane.threads", "all"));
        assertThat(made.findings())
                .filteredOn(LayerSensitivity.class::isInstance)
                .singleElement()
                .satisfies(
                        finding ->
                                assertThat(((LayerSensitivity) finding).layers())
                                        .hasSize(LAYERS + PROJECTIONS));
    }

    private static String planOf(int side) {
        return BenchmarkModel.SEPARABLE
                        .plan()
                        .replace("{channels: grey,", "{channels: grey, resize: [%1$d, %1$d],")
                        .formatted(side)
                + "steps: [{quantize: {sensitivity: {samples: 256}}}]\n";
    }

    private StageTask task(String plan, Path model) throws IOException {
        return new StageTask(
                "benchmark",
                PlanReader.read(plan),
                0,
                List.of(new LocalModel("original", model, "0", 0, List.of())),
                folder,
                "0",
                List.of(),
                Files.createDirectories(folder.resolve("output")),
                Files.createDirectories(folder.resolve("checkpoints")),
                30,
                null);
    }

    private static double cpuSeconds() {
        var system =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }
}
