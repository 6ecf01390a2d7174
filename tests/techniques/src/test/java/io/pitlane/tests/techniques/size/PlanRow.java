package io.pitlane.tests.techniques.size;

import io.pitlane.bench.BenchStage;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.ImageSet;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.formats.tensorflow.TensorFlowExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.Measured;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask.LocalModel;
import io.pitlane.prune.PruneStage;
import io.pitlane.quantize.QuantizeStage;
import io.pitlane.tests.techniques.benchmark.BenchmarkStage;
import io.pitlane.training.ValidationSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plan that was run by the stages of the pipeline in this process, packed, and scored as it comes
 * out of its file. A step that several plans begin with is run once.
 *
 * @param model folder of a {@link io.pitlane.tests.techniques.benchmark.BenchmarkModel}
 */
record PlanRow(Path model, PlanVariant variant, long seed) {
    private static final Map<String, Stage> STAGES =
            Map.of("prune", new PruneStage(), "quantize", new QuantizeStage());

    private int steps() {
        return variant.steps().size();
    }

    private Path folder(int steps) {
        var folder = model.resolve("seed" + seed);
        for (var step : variant.steps().subList(0, steps)) {
            folder = folder.resolve(step.replaceAll("[^A-Za-z0-9.-]+", "_"));
        }
        return folder;
    }

    private Path figures() {
        return folder(steps()).resolve("figures.json");
    }

    boolean isMeasured() {
        return Files.exists(figures());
    }

    /** The figures, measured where they are not there. */
    PlanFigures measured() throws IOException {
        if (!isMeasured()) {
            Files.write(figures(), ContractJson.MAPPER.writeValueAsBytes(measure()));
        }
        return ContractJson.MAPPER.readValue(Files.readAllBytes(figures()), PlanFigures.class);
    }

    private PlanFigures measure() throws IOException {
        var plan = plan();
        var models = new ArrayList<LocalModel>();
        models.add(BenchmarkStage.original(plan, model));
        for (int step = 0; step < steps(); step++) {
            models.add(made(plan, step, models));
        }
        var file = folder(steps()).resolve("model.pitlane");
        var decoded = folder(steps()).resolve("decoded");
        PackedModelWriter.write(PackedModelWriter.pack(graph(models, 0)), file);
        SavedModelWriter.write(PackedModelReader.read(file, PackedModelReader.MOST_BYTES), decoded);
        var original = models.get(0).savedModel();
        var before = Footprint.of(SavedModelReader.read(original));
        var train = ImageSources.open(plan.data().train(), model);
        var split = ValidationSplit.of(train, seed, PlanVariant.VALIDATION).validation();
        var test = ImageSources.open(plan.data().test(), model);
        return new PlanFigures(
                accuracy(plan, original, test),
                accuracy(plan, decoded, train.subset(split)),
                accuracy(plan, decoded, test),
                onEngines(plan, models),
                (int) Files.size(file),
                deltaBytes(models),
                before.parameters(),
                before.macs(),
                Footprint.of(SavedModelReader.read(decoded)).macs());
    }

    private Plan plan() throws IOException {
        var steps = String.join("\n  - ", variant.steps());
        var text = Files.readString(model.resolve("plan.yaml")) + "steps:\n  - " + steps;
        return PlanReader.read(text + "\n  - bench: {seconds: 0.1}\n").toBuilder()
                .seed(seed)
                .build();
    }

    private LocalModel made(Plan plan, int step, List<LocalModel> models) throws IOException {
        var folder = folder(step + 1);
        var label = plan.steps().get(step).stage().label();
        var notes = folder.resolve("notes.txt");
        if (!Files.exists(notes)) {
            var stage = STAGES.get(label);
            var made = (ModelMade) BenchmarkStage.run(stage, plan, step, models, model, folder);
            Files.write(notes, made.notes());
        }
        var savedModel = folder.resolve(label).resolve("model");
        return new LocalModel(
                label + step, savedModel, Integer.toString(step + 1), 0, Files.readAllLines(notes));
    }

    /** A model by how many steps follow it. */
    private static FlatGraph graph(List<LocalModel> models, int before) {
        return SavedModelReader.read(models.get(models.size() - 1 - before).savedModel());
    }

    private static int deltaBytes(List<LocalModel> models) {
        var base = graph(models, 1);
        return QuantizedGraph.of(base).quantizations().isEmpty()
                ? 0
                : PackedModelWriter.packDelta(graph(models, 0), base).length;
    }

    private Map<ModelFormat, Double> onEngines(Plan plan, List<LocalModel> models)
            throws IOException {
        var accuracies = new TreeMap<ModelFormat, Double>();
        if (TensorFlowExport.int8Layers(graph(models, 0)).isEmpty()) {
            return accuracies;
        }
        var stage = new BenchStage();
        var measured = BenchmarkStage.run(stage, plan, steps(), models, model, folder(steps()));
        var report = ((Measured) measured).report();
        for (var delivered : report.models().get(models.size() - 1).delivered()) {
            if (delivered.unmeasured() == null) {
                double headline = delivered.accuracy().headline().value();
                delivered.format().runnable().ifPresent(f -> accuracies.put(f, headline));
            }
        }
        return accuracies;
    }

    private static double accuracy(Plan plan, Path model, ImageSet images) {
        return Evaluator.evaluate(model, plan.task(), images, plan.input())
                .accuracy()
                .map(Accuracy::headline)
                .orElseThrow()
                .value();
    }
}
