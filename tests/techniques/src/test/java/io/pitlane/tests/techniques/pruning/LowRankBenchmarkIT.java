package io.pitlane.tests.techniques.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.source.ImageSources;
import io.pitlane.engines.CallTimer;
import io.pitlane.engines.EngineModel;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.prune.PruneStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import io.pitlane.tests.techniques.benchmark.ProcessCosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of low rank in docs/pruning.md: accuracy, MACs, and the time of a call with one image
 * and one thread on every engine.
 */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "low-rank",
        disabledReason = "takes minutes: run with -Dpitlane.benchmark=low-rank")
class LowRankBenchmarkIT {
    private static final Path FOLDER =
            Path.of(System.getProperty("pitlane.benchmark.folder", "target/pruning"))
                    .toAbsolutePath();
    private static final String TRAINED =
            "fineTune: {epochs: 4, learningRate: 0.0003, augmentation: {flip: true, shift: 2}}}";
    private static final List<String> STEPS =
            List.of(
                    "{method: low-rank, target: {macs: 0.25}, " + TRAINED,
                    "{method: low-rank, target: {macs: 0.4}, fineTune: {epochs: 0}}",
                    "{method: low-rank, fineTune: {epochs: 0}}");
    private static final double SECONDS = 3;
    private static final int CALLS = 400;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    static Stream<Arguments> rows() {
        return BenchmarkModel.wanted(BenchmarkModel.WIDE_KERNELS, BenchmarkModel.TRAFFIC_SIGNS)
                .flatMap(model -> STEPS.stream().map(step -> Arguments.of(model, step)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void factorsOfLowRankAreFasterAtNearlyTheSameAccuracy(BenchmarkModel model, String step)
            throws IOException {
        // Given
        assumeThat(model.isAvailable()).as("model and data of %s are there", model).isTrue();
        var data = FOLDER.resolve(model.label());
        model.makeIfMissing(data);
        var folder = data.resolve("low-rank-" + STEPS.indexOf(step));
        var plan = plan(data, step);
        var original = BenchmarkStage.original(plan, data);

        // When
        var stage = new PruneStage();
        var made = (ModelMade) BenchmarkStage.run(stage, plan, 0, List.of(original), data, folder);

        // Then
        var before = SavedModelReader.read(original.savedModel());
        var after = SavedModelReader.read(made.savedModel());
        var images = ImageSources.open(plan.data().test(), data);
        try (var comparison = ModelComparison.with(before, plan, images, folder)) {
            double was = comparison.before().orElseThrow().value();
            double is = comparison.of(after).score();
            double left = (double) Footprint.of(after).macs() / Footprint.of(before).macs();
            var text =
                    new StringBuilder(
                            String.format(
                                    Locale.ROOT,
                                    "| `%s` | `%s` | %.2fx | %.2f %% | %+.2f |",
                                    model.label(),
                                    step,
                                    1 / left,
                                    100 * is,
                                    100 * (is - was)));
            var training = new TrainingImages(plan, data, before);
            var image = training.input().batch(training.all(), new int[] {0});
            for (var engine : Engine.values()) {
                text.append(times(engine, plan, before, after, image, folder));
            }
            Files.write(folder.resolve("notes.txt"), made.notes());
            Files.writeString(folder.resolve("row.md"), text);
            System.out.println(text);
            assertThat(left).isLessThan(0.5);
        }
    }

    private static Plan plan(Path data, String step) throws IOException {
        var steps = "steps:\n  - prune: %s\n".formatted(step);
        return PlanReader.read(Files.readString(data.resolve("plan.yaml")) + steps);
    }

    /** The ratio of the times of a call, and that of the processor time. */
    private static String times(
            Engine engine,
            Plan plan,
            FlatGraph before,
            FlatGraph after,
            FloatTensor image,
            Path folder)
            throws IOException {
        var models = new ArrayList<EngineModel>();
        try {
            for (var graph : List.of(before, after)) {
                models.add(load(engine, plan, graph, folder));
            }
            double[] millis = new CallTimer(SECONDS).millis(models, image);
            double[] cpu = models.stream().mapToDouble(model -> cpuMillis(model, image)).toArray();
            return String.format(
                    Locale.ROOT,
                    " %.3f ms | %.3f ms | %.2fx | %.2fx |",
                    millis[0],
                    millis[1],
                    millis[0] / millis[1],
                    cpu[0] / cpu[1]);
        } finally {
            models.forEach(EngineModel::close);
        }
    }

    private static EngineModel load(Engine engine, Plan plan, FlatGraph graph, Path folder)
            throws IOException {
        var format = ModelFormat.of(engine);
        var path = Files.createTempDirectory(folder, "timed").resolve(format.fileName());
        ModelExports.of(format, graph, Precision.FLOAT32).write(path, ExportMetadata.of(Map.of()));
        return InferenceEngine.of(engine).load(path, new LoadOptions(null, plan.input(), 1));
    }

    private static double cpuMillis(EngineModel model, FloatTensor image) {
        double start = ProcessCosts.cpuSeconds();
        for (int i = 0; i < CALLS; i++) {
            model.predict(image);
        }
        return 1000 * (ProcessCosts.cpuSeconds() - start) / CALLS;
    }
}
