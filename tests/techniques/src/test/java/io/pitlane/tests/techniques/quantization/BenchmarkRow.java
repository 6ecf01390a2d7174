package io.pitlane.tests.techniques.quantization;

import io.pitlane.bench.BenchStage;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageOutcome.Measured;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.quantize.QuantizeStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkModel;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One model quantized in one way and measured, by the stages of the pipeline in this process. The
 * row's folder keeps the model, and the report, which is complete when it is there.
 */
final class BenchmarkRow {
    private final Path model;
    private final Path folder;
    private final BenchmarkStep step;

    /**
     * @param model folder of a {@link BenchmarkModel}
     */
    BenchmarkRow(Path model, BenchmarkStep step) {
        this.model = model;
        this.folder = model.resolve(step.name().toLowerCase(Locale.ROOT));
        this.step = step;
    }

    /**
     * The report, measured now unless an earlier benchmark did; empty when this version does not
     * know the options.
     */
    Optional<Report> report() throws IOException {
        var file = folder.resolve("report.json");
        if (!Files.exists(file)) {
            Plan plan;
            try {
                plan = PlanReader.read(Files.readString(model.resolve("plan.yaml")) + step.steps());
            } catch (InvalidPlanException e) {
                return Optional.empty();
            }
            var partial = folder.resolve("report.json.tmp");
            ContractJson.MAPPER
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(partial.toFile(), measure(plan));
            Files.move(partial, file);
        }
        return Optional.of(ContractJson.MAPPER.readValue(file.toFile(), Report.class));
    }

    private Report measure(Plan plan) throws IOException {
        var original = BenchmarkStage.original(plan, model);
        if (!(plan.steps().get(0) instanceof QuantizeStep)) {
            return measured(run(new BenchStage(), plan, 0, List.of(original)));
        }
        var made = (ModelMade) run(new QuantizeStage(), plan, 0, List.of(original));
        var quantized = new LocalModel("quantize", made.savedModel(), "1", 0, made.notes());
        return measured(run(new BenchStage(), plan, 1, List.of(original, quantized)));
    }

    private static Report measured(StageOutcome outcome) {
        return ((Measured) outcome).report();
    }

    private StageOutcome run(Stage stage, Plan plan, int step, List<LocalModel> models)
            throws IOException {
        return BenchmarkStage.run(stage, plan, step, models, model, folder);
    }
}
