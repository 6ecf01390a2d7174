package io.pitlane.tests.techniques.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.prune.latency.LatencyCost;
import io.pitlane.tests.techniques.benchmark.BenchmarkNetworks;
import io.pitlane.tests.techniques.benchmark.FashionPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Predicted latencies of cut models beside measured ones, on every engine: each group of channels
 * loses a random share. What other processes do to the machine changes from minute to minute;
 * therefore a prediction says how the latency of the model before changes, and both are measured
 * side by side.
 */
@EnabledIfSystemProperty(
        named = "pitlane.benchmark",
        matches = "latency",
        disabledReason = "takes minutes on a quiet machine: run with -Dpitlane.benchmark=latency")
class LatencyPredictionIT {
    private static final double TOLERANCE = 0.1;

    @TempDir Path scratch;

    private record Model(String name, FlatGraph graph, int side) {}

    private static List<Model> models() {
        return List.of(
                new Model("separable", BenchmarkNetworks.separable(1), 28),
                new Model("residual", BenchmarkNetworks.residual(1), 28),
                new Model("resnet20", BenchmarkNetworks.resNet20(1), 28),
                new Model("unet", BenchmarkNetworks.unet(1), 48),
                new Model("regression", BenchmarkNetworks.regression(1), 48),
                new Model("residual50, 64", BenchmarkNetworks.residual50(1, 64), 64),
                new Model("residual50, 96", BenchmarkNetworks.residual50(1, 96), 96),
                new Model("residual50, 128", BenchmarkNetworks.residual50(1, 128), 128),
                new Model("residual50, 224", BenchmarkNetworks.residual50(1, 224), 224),
                new Model("resnet50, 224", BenchmarkNetworks.resNet50(1), 224));
    }

    /**
     * Whether a list of names, as {@code TFLite;ONNX Runtime}, has one; all where it is not set.
     */
    private static boolean isWanted(String property, String name) {
        var wanted = System.getProperty(property, "");
        return wanted.isEmpty() || Arrays.asList(wanted.split(";")).contains(name);
    }

    @Test
    void latenciesOfCutModelsArePredicted() throws Exception {
        TensorFlowRuntime.load();
        var within = new LinkedHashMap<Engine, Integer>();
        var lines = new ArrayList<String>();
        for (var engine : Engine.values()) {
            for (var model : models()) {
                if (!isWanted("pitlane.benchmark.engines", engine.title())
                        || !isWanted("pitlane.benchmark.models", model.name())) {
                    continue;
                }
                var error = error(engine, model, lines);
                within.merge(engine, Math.abs(error) <= TOLERANCE ? 1 : 0, Integer::sum);
            }
        }
        Files.write(Path.of("target", "latency.md"), lines);
        int models = lines.size() / within.size();
        assertThat(within)
                .allSatisfy((engine, count) -> assertThat(count).isGreaterThan(7 * models / 10));
    }

    private double error(Engine engine, Model model, List<String> lines) throws Exception {
        var plan = FashionPlan.of(model.side(), "prune: {target: {macs: 0.5}}");
        var images = new TrainingImages(plan, scratch, model.graph());
        var cost = LatencyCost.on(engine, plan, unit(engine), images, scratch, message -> {});
        var made =
                new ChannelPruning(
                                FilterSaliency.L1.with(ChannelScores.DEFAULT),
                                randomShares(model, unit(engine)))
                        .prune(model.graph());
        double before = cost.predict(made.before(), made.dependencies(), Set.of());
        double after = cost.predict(made.before(), made.dependencies(), made.removed());
        double[] measured = cost.measure(List.of(made.before(), made.graph()));
        double predicted = measured[0] * after / before;
        double error = predicted / measured[1] - 1;
        var line =
                String.format(
                        Locale.ROOT,
                        "| %s | %s | %.3f ms | %.3f ms | %.3f ms | %+.0f %% |",
                        model.name(),
                        engine.title(),
                        measured[0],
                        predicted,
                        measured[1],
                        100 * error);
        System.out.println(line);
        lines.add(line);
        return error;
    }

    /** The multiples of channels that a target of the engine's latency keeps. */
    private static int unit(Engine engine) {
        var target = new PruningTarget(null, null, null, 1.0, engine);
        var unit = PruneStep.builder().target(target).build().roundTo();
        return unit == null ? 1 : unit;
    }

    /** Each group keeps a multiple of some number of channels. */
    private static ChannelAllocation randomShares(Model model, int unit) {
        var random = new Random(model.name().hashCode());
        return (groups, saliency, selection) ->
                groups.forEach(
                        group -> {
                            int all = group.removable().length;
                            double wanted = all * (1 - 0.8 * random.nextDouble());
                            int kept = (int) Math.max(1, Math.round(wanted / unit)) * unit;
                            selection.remove(group, saliency.of(group), Math.max(0, all - kept));
                        });
    }
}
