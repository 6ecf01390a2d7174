package io.pitlane.tests.techniques.pruning;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The original of a benchmark's model, evaluated once for all rows that are compared with it. */
final class OriginalOnTestImages implements AutoCloseable {
    private final Path model;
    private final Footprint footprint;
    private final ModelComparison comparison;

    /**
     * @param model folder of a {@link io.pitlane.tests.techniques.benchmark.BenchmarkModel}
     */
    OriginalOnTestImages(Path model) throws IOException {
        var plan = PlanReader.read(Files.readString(model.resolve("plan.yaml")));
        var graph = SavedModelReader.read(BenchmarkStage.original(plan, model).savedModel());
        this.model = model;
        this.footprint = Footprint.of(graph);
        this.comparison =
                ModelComparison.with(
                        graph, plan, ImageSources.open(plan.data().test(), model), model);
    }

    boolean isIn(Path folder) {
        return model.equals(folder);
    }

    /**
     * The figures of a pruned model.
     *
     * @param options of the prune step
     * @param seconds that the step took
     */
    PruningFigures compare(String options, FlatGraph pruned, double seconds) {
        var figure = comparison.before().orElseThrow();
        var error = comparison.of(pruned);
        var left = Footprint.of(pruned);
        return new PruningFigures(
                options,
                figure.name(),
                figure.error(),
                figure.value(),
                error.score(),
                error.agreement(),
                footprint.macs(),
                left.macs(),
                (double) left.nonZeroParameters() / footprint.nonZeroParameters(),
                seconds);
    }

    @Override
    public void close() {
        comparison.close();
    }
}
