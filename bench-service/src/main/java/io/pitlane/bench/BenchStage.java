package io.pitlane.bench;

import io.pitlane.contract.step.BenchStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.evaluation.RecordedPredictions;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures the original and every model of a run side by side in this process, and checks the last
 * one against the plan's constraints.
 *
 * <ol>
 *   <li>Size: bytes, parameters and multiply-accumulates; the original's are those of its flat
 *       graph.
 *   <li>Accuracy: each model, loaded alone, predicts the test set: accuracy, fidelity, peak memory.
 *   <li>Latency: all models at once, in interleaved rounds on real test images, called through DJL
 *       as an application would; the original runs in its faster form.
 *   <li>Verdict: the last model against the constraints, and whether it could be delivered in the
 *       formats that the plan asks for.
 * </ol>
 */
public final class BenchStage implements Stage {
    private static final double SIZES_DONE = 0.05;
    private static final double ACCURACY_DONE = 0.35;

    private final LatencyBenchmark benchmark = new LatencyBenchmark(System::nanoTime);
    private final AvailableMemory availableMemory;

    /** A stage on this machine. */
    public BenchStage() {
        this(new AvailableMemory());
    }

    BenchStage(AvailableMemory availableMemory) {
        this.availableMemory = availableMemory;
    }

    @Override
    public StageName name() {
        return StageName.BENCH;
    }

    @Override
    public StageOutcome run(StageTask sent, ProgressListener progress) {
        var environment = new EnvironmentProbe().probe();
        progress.at(0, "reading the images");
        var task = TensorFlowModels.of(sent);
        var data = TestData.open(task);
        progress.at(0, "exporting the candidate");
        var delivery = Delivery.of(sent, data);
        var loader = ModelLoader.of(task.plan());
        var probe = new ModelSizeProbe(task.output(), task.plan().signature(), data);
        var sizes = measureSizes(task, probe, new ThrottledProgress(progress, 0, SIZES_DONE));
        var scoring = scoring(task, sizes.get(0));
        var accuracies =
                evaluate(
                        task,
                        new AccuracyEvaluation(
                                data,
                                loader,
                                scoring,
                                RecordedPredictions.in(task.output(), data.images().size()),
                                new PeakMemory()),
                        new ThrottledProgress(progress, SIZES_DONE, ACCURACY_DONE));
        var baseline =
                new BaselineSelection(benchmark, loader)
                        .select(task.original().savedModel(), sizes.get(0).savedModel(), data);
        var latencies =
                compareLatencies(
                        task,
                        loader,
                        baseline,
                        data,
                        new ThrottledProgress(progress, ACCURACY_DONE, 1));
        var notes =
                new ReportNotes(
                        task, data, sizes, environment.threads(), baseline, scoring, latencies);
        var measurements =
                IntStream.range(0, task.models().size())
                        .mapToObj(
                                i ->
                                        measurement(
                                                task.models().get(i),
                                                sizes.get(i),
                                                accuracies.get(i),
                                                latencies,
                                                notes.of(i, accuracies.get(i))))
                        .toList();
        progress.at(1, "checked the constraints");
        var report = new ReportBuilder(task, data, environment).build(measurements);
        return new StageOutcome.Measured(delivery.addTo(report), delivery.deliverables());
    }

    private static ModelMeasurement measurement(
            StageTask.LocalModel model,
            ModelSize size,
            AccuracyEvaluation.Result accuracy,
            LatencyComparison.Result latencies,
            List<String> notes) {
        return new ModelMeasurement(model, size, accuracy, latencies.of(model.label()), notes);
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

    private static List<AccuracyEvaluation.Result> evaluate(
            StageTask task, AccuracyEvaluation evaluation, ThrottledProgress progress) {
        try (evaluation) {
            evaluation.warmUp(task.original());
            var results = new ArrayList<AccuracyEvaluation.Result>();
            for (var model : task.models()) {
                var part = progress.share(results.size(), task.models().size());
                var message = "measuring the accuracy of " + model.label();
                results.add(
                        results.isEmpty()
                                ? evaluation.original(model, done -> part.at(done, message))
                                : evaluation.compressed(model, done -> part.at(done, message)));
            }
            return results;
        }
    }

    private LatencyComparison.Result compareLatencies(
            StageTask task,
            ModelLoader loader,
            BaselineSelection.Baseline baseline,
            TestData data,
            ThrottledProgress progress) {
        var folders = new LinkedHashMap<String, Path>();
        task.models().forEach(model -> folders.put(model.label(), model.savedModel()));
        folders.put(task.original().label(), baseline.savedModel());
        var memory = new BatchMemory(new PeakMemory(), availableMemory, BatchMemory.JavaHeap::now);
        return new LatencyComparison(benchmark, loader, task.options(BenchStep.class), data, memory)
                .run(folders, progress);
    }
}
