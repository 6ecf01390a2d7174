package io.pitlane.tests.techniques.pruning;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.prune.PruneStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One model pruned in one way with one seed and measured, by the stage of the pipeline in this
 * process. The row's folder keeps the model, and the figures, which are complete when they are
 * there.
 */
final class PruningRow {
    private final Path model;
    private final Path folder;
    private final PruningVariant variant;
    private final long seed;

    /**
     * @param model folder of a {@link io.pitlane.tests.techniques.benchmark.BenchmarkModel}
     */
    PruningRow(Path model, PruningVariant variant, long seed) {
        this.model = model;
        this.folder = model.resolve(variant.folder() + "-seed-" + seed);
        this.variant = variant;
        this.seed = seed;
    }

    /** Whether the row has been measured, with the same options. */
    boolean isMeasured() throws IOException {
        return Files.exists(file()) && figures().options().equals(variant.options());
    }

    /** The figures, measured now unless an earlier benchmark did. */
    PruningFigures measured() throws IOException {
        if (!isMeasured()) {
            var partial = Files.createDirectories(folder).resolve("figures.json.tmp");
            ContractJson.MAPPER
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(partial.toFile(), measure(plan()));
            Files.move(partial, file());
        }
        return figures();
    }

    private Path file() {
        return folder.resolve("figures.json");
    }

    private PruningFigures figures() throws IOException {
        return ContractJson.MAPPER.readValue(file().toFile(), PruningFigures.class);
    }

    private Plan plan() throws IOException {
        var steps = "steps:\n  - prune: %s\n  - bench: {}\n".formatted(variant.options());
        return PlanReader.read(Files.readString(model.resolve("plan.yaml")) + steps).toBuilder()
                .seed(seed)
                .build();
    }

    private PruningFigures measure(Plan plan) throws IOException {
        var original = BenchmarkStage.original(plan, model);
        long start = System.nanoTime();
        var made =
                (ModelMade)
                        BenchmarkStage.run(
                                new PruneStage(), plan, 0, List.of(original), model, folder);
        double seconds = (System.nanoTime() - start) / 1e9;
        Files.write(folder.resolve("notes.txt"), made.notes());
        return compare(
                plan,
                SavedModelReader.read(original.savedModel()),
                SavedModelReader.read(made.savedModel()),
                seconds);
    }

    private PruningFigures compare(Plan plan, FlatGraph before, FlatGraph after, double seconds) {
        var test = ImageSources.open(plan.data().test(), model);
        try (var comparison = ModelComparison.with(before, plan, test, folder)) {
            var figure = comparison.before().orElseThrow();
            var error = comparison.of(after);
            var footprintBefore = Footprint.of(before);
            var footprintAfter = Footprint.of(after);
            return new PruningFigures(
                    variant.options(),
                    figure.name(),
                    figure.error(),
                    figure.value(),
                    error.score(),
                    error.agreement(),
                    footprintBefore.macs(),
                    footprintAfter.macs(),
                    (double) footprintAfter.nonZeroParameters()
                            / footprintBefore.nonZeroParameters(),
                    seconds);
        }
    }
}
