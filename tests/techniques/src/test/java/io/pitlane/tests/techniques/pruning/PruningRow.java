package io.pitlane.tests.techniques.pruning;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
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
    PruningFigures measured(OriginalOnTestImages original) throws IOException {
        if (!isMeasured()) {
            var partial = Files.createDirectories(folder).resolve("figures.json.tmp");
            ContractJson.MAPPER
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(partial.toFile(), measure(plan(), original));
            Files.move(partial, file());
        }
        return figures();
    }

    private Path file() {
        return folder.resolve("figures.json");
    }

    /** The figures of a row that has been measured. */
    PruningFigures figures() throws IOException {
        return ContractJson.MAPPER.readValue(file().toFile(), PruningFigures.class);
    }

    private Plan plan() throws IOException {
        var steps = "steps:\n  - prune: %s\n  - bench: {}\n".formatted(variant.options());
        return PlanReader.read(Files.readString(model.resolve("plan.yaml")) + steps).toBuilder()
                .seed(seed)
                .build();
    }

    private PruningFigures measure(Plan plan, OriginalOnTestImages original) throws IOException {
        var models = List.of(BenchmarkStage.original(plan, model));
        long start = System.nanoTime();
        var made = (ModelMade) BenchmarkStage.run(new PruneStage(), plan, 0, models, model, folder);
        double seconds = (System.nanoTime() - start) / 1e9;
        Files.write(folder.resolve("notes.txt"), made.notes());
        return original.compare(
                variant.options(), SavedModelReader.read(made.savedModel()), seconds);
    }
}
