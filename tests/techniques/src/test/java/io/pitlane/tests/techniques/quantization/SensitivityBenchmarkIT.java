package io.pitlane.tests.techniques.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.plan.Plan;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelWriter;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a network of 50 layers takes: docs/quantization.md. */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "sensitivity",
        disabledReason = "takes minutes: run with -Dpitlane.benchmark=sensitivity")
class SensitivityBenchmarkIT {
    private static final int LAYERS = 50;
    private static final int PROJECTIONS = 4;
    private static final String SCORES = "scores/bias";

    @TempDir private Path folder;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void everyLayerOfAResidualNetworkIsMeasured(int side) throws IOException {
        // When
        var made = quantize("sensitivity", side, "quantize: {sensitivity: {samples: 256}}");

        // Then
        assertThat(finding(made, LayerSensitivity.class).layers()).hasSize(LAYERS + PROJECTIONS);
    }

    /** Some image has another class on every rung, so that the ladder climbs to its end. */
    @Test
    void everyRungOfTheLadderIsTried() throws IOException {
        // When
        var made = quantize("ladder", 64, "quantize: {minAgreement: 1}");

        // Then
        var ladder = finding(made, QuantizationLadder.class);
        ladder.rungs().forEach(rung -> System.out.println(rung.name() + ": " + rung.measured()));
        assertThat(ladder.rungs()).extracting(Rung::name).endsWith("training");
    }

    private ModelMade quantize(String what, int side, String step) throws IOException {
        var plan = FashionPlan.of(side, step);
        var network = centred(BenchmarkNetworks.residual50(17, side), plan);
        SavedModelWriter.write(network, folder.resolve("model"));
        var original = BenchmarkStage.original(plan, folder);
        var started = Instant.now();
        double before = ProcessCosts.cpuSeconds();
        var made =
                BenchmarkStage.run(new QuantizeStage(), plan, 0, List.of(original), folder, folder);
        System.out.printf(
                "%s at %d x %d: %d s, %.0f s of CPU, threads %s, at most %.2f GB%n",
                what,
                side,
                side,
                Duration.between(started, Instant.now()).toSeconds(),
                ProcessCosts.cpuSeconds() - before,
                System.getProperty("pitlane.threads", "all"),
                ProcessCosts.peakMemory() / 1e9);
        return (ModelMade) made;
    }

    /** The network with biases by which no class has the highest score of all images. */
    private FlatGraph centred(FlatGraph graph, Plan plan) {
        var scores = graph.node(SCORES);
        var bias = FloatTensor.of(graph.input(scores, 1));
        var sums = new double[bias.values().length];
        int images = 0;
        try (var session = GraphSession.open(graph, plan.input())) {
            for (var batch : new TrainingImages(plan, folder, graph).batches(64, done -> {})) {
                var values = session.run(batch, TensorRef.of(SCORES)).values();
                for (int i = 0; i < values.length; i++) {
                    sums[i % sums.length] += values[i];
                }
                images += values.length / sums.length;
            }
        }
        var moved = bias.values().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= (float) (sums[i] / images);
        }
        var constant = graph.input(scores, 1).getName();
        return graph.edit().put(new FloatTensor(moved, bias.shape()).toConst(constant)).build();
    }

    private static <F extends Finding> F finding(ModelMade made, Class<F> type) {
        return made.findings().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
