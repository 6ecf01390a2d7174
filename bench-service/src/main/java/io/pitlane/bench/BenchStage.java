package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.step.Step;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Measures the original and every model of a run side by side in this process, and checks the last
 * one against the plan's constraints.
 *
 * <ol>
 *   <li>Size: bytes, parameters and multiply-accumulates; the original's are those of its flat
 *       graph.
 *   <li>Accuracy: each model, loaded alone, predicts the test set on TensorFlow, and the candidate
 *       in each delivered format on the engine of the format: accuracy, fidelity, agreement of the
 *       engines, peak memory.
 *   <li>Latency: all models at once, in interleaved rounds on real test images, on TensorFlow; the
 *       candidate and the original's float export also on the other engines. The original runs on
 *       TensorFlow in its faster form.
 *   <li>Verdict: the last model against the constraints, and whether it could be delivered in the
 *       formats that the plan asks for.
 * </ol>
 */
public final class BenchStage implements Stage {
    private static final double SIZES_DONE = 0.05;
    private static final double ACCURACY_DONE = 0.35;

    private final LatencyBenchmark benchmark = new LatencyBenchmark(System::nanoTime);
    private final AvailableMemory availableMemory;
    private final Function<List<Engine>, EngineAvailability> engineSearch;

    /** A stage on this machine. */
    public BenchStage() {
        this(new AvailableMemory(), EngineAvailability::of);
    }

    /**
     * A stage on another machine.
     *
     * @param engineSearch finds the engines of a plan
     */
    BenchStage(
            AvailableMemory availableMemory,
            Function<List<Engine>, EngineAvailability> engineSearch) {
        this.availableMemory = availableMemory;
        this.engineSearch = engineSearch;
    }

    @Override
    public StageName name() {
        return StageName.BENCH;
    }

    /**
     * Checks that the original can be expressed in the formats that the plan asks for. Where a step
     * puts another network in its place, only the candidate tells.
     */
    @Override
    public void check(PlannedStep step) {
        var plan = step.plan();
        if (plan.deliver() != null && plan.steps().stream().noneMatch(BenchStage::replacesModel)) {
            var graph = SavedModelReader.read(step.original(), plan.signature());
            plan.deliver().stream()
                    .flatMap(format -> format.runnable().stream())
                    .forEach(format -> requireExpressible(graph, format));
        }
    }

    private static boolean replacesModel(Step step) {
        return step.stage() == StageName.NAS
                || step instanceof DistillStep distill
                        && distill.student() != null
                        && distill.student().width() == null;
    }

    private static void requireExpressible(FlatGraph graph, ModelFormat format) {
        var obstacles = ModelExports.of(format, graph, Precision.FLOAT32).obstacles();
        if (!obstacles.isEmpty()) {
            throw FailureException.invalidInput(
                    "deliver: the model cannot be expressed as %s: %s."
                            .formatted(format.label(), Delivery.describe(obstacles)),
                    "Remove %s from deliver, or replace these operations in the model and export it again."
                            .formatted(format.label()));
        }
    }

    @Override
    public StageOutcome run(StageTask sent, ProgressListener progress) {
        var environment = new EnvironmentProbe().probe();
        progress.at(0, "packing the models");
        var engines = engineSearch.apply(sent.options(BenchStep.class).engines());
        var models = TensorFlowModels.of(sent, engines);
        var task = models.task();
        progress.at(0, "reading the images");
        var data = TestData.open(task);
        progress.at(0, "exporting the candidate");
        var delivery = Delivery.of(sent, models, data);
        var loader = ModelLoader.of(task.plan());
        var exports = ExportedModels.of(task, delivery.deliverables(), loader, data, engines);
        var probe =
                new ModelSizeProbe(task.output(), task.plan().signature(), data, models.packed());
        var sizes = measureSizes(task, probe, new ThrottledProgress(progress, 0, SIZES_DONE));
        var scoring = scoring(task, sizes.get(0));
        var accuracies =
                TestSetResults.of(
                        task,
                        delivery.deliverables(),
                        exports,
                        new AccuracyEvaluation(task, data, loader, scoring),
                        new ThrottledProgress(progress, SIZES_DONE, ACCURACY_DONE));
        var baseline =
                new BaselineSelection(benchmark, loader)
                        .select(task.original().savedModel(), sizes.get(0).savedModel(), data);
        var latencies =
                compareLatencies(
                        task,
                        loader,
                        baseline,
                        exports,
                        data,
                        new ThrottledProgress(progress, ACCURACY_DONE, 1));
        var notes = new ReportNotes(task, data, sizes, baseline, scoring, latencies, exports);
        var measurements =
                IntStream.range(0, task.models().size())
                        .mapToObj(
                                i ->
                                        measurement(
                                                task,
                                                i,
                                                sizes.get(i),
                                                accuracies,
                                                latencies,
                                                notes))
                        .toList();
        progress.at(1, "checked the constraints");
        var report =
                new ReportBuilder(task, data, environment, engines)
                        .build(measurements, probe.layers(sent.current()));
        return new StageOutcome.Measured(delivery.addTo(report), delivery.deliverables());
    }

    private static ModelMeasurement measurement(
            StageTask task,
            int index,
            ModelSize size,
            TestSetResults accuracies,
            LatencyComparison.Result latencies,
            ReportNotes notes) {
        var model = task.models().get(index);
        var accuracy = accuracies.models().get(index);
        return new ModelMeasurement(
                model,
                size,
                accuracy,
                latencies.of(model.label()),
                model.equals(task.current()) ? accuracies.delivered() : List.of(),
                model.equals(task.current()) ? accuracies.engineAgreement() : List.of(),
                notes.of(index, accuracy));
    }

    private static Scoring scoring(StageTask task, ModelSize original) {
        var plan = task.plan();
        return Scoring.of(
                SavedModelReader.read(original.savedModel()),
                plan.task(),
                plan.output(),
                plan.input());
    }

    private static List<ModelSize> measureSizes(
            StageTask task, ModelSizeProbe probe, ThrottledProgress progress) {
        var sizes = new ArrayList<ModelSize>();
        for (var model : task.models()) {
            progress.at(
                    (double) sizes.size() / task.models().size(),
                    "measuring the size of " + model.label());
            sizes.add(sizes.isEmpty() ? probe.original(model) : probe.compressed(model));
        }
        return sizes;
    }

    private LatencyComparison.Result compareLatencies(
            StageTask task,
            ModelLoader loader,
            BaselineSelection.Baseline baseline,
            ExportedModels exports,
            TestData data,
            ThrottledProgress progress) {
        var models = new ArrayList<ModelOnEngine>();
        for (var model : task.models()) {
            var folder = model.equals(task.original()) ? baseline.savedModel() : model.savedModel();
            models.add(ModelOnEngine.tensorFlow(model.label(), folder));
        }
        models.addAll(exports.all());
        return new LatencyComparison(
                        benchmark,
                        loader,
                        task.options(BenchStep.class),
                        data,
                        () ->
                                new BatchMemory(
                                        new PeakMemory(),
                                        availableMemory,
                                        BatchMemory.JavaHeap::now))
                .run(models, progress);
    }
}
