package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.step.BenchStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.StageOutcome;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A small run to measure: 300 images, and the models' scores for them by plain TensorFlow. */
final class TinyRun {
    static final int IMAGES = 300;
    static final TinyClassifier ORIGINAL = TinyClassifier.ORIGINAL;
    private static final IdxImages TEST = IdxImages.random(IMAGES, TinyClassifier.SIZE, 5);

    private final Path folder;
    private final List<StageTask.LocalModel> models = new ArrayList<>();
    private final List<Double> progress = new ArrayList<>();
    private Constraints constraints = Constraints.NONE;
    private List<DeliveryFormat> deliver;
    private List<Engine> engines = List.of(Engine.TENSORFLOW);
    private List<Integer> threads = List.of(1);
    private BenchStage stage = new BenchStage();

    TinyRun(Path folder) {
        TensorFlowRuntime.load();
        this.folder = folder;
    }

    TinyRun model(String label, TinyClassifier classifier) {
        return model(label, classifier.graph());
    }

    TinyRun model(String label, FlatGraph graph) {
        var saved = folder.resolve("models").resolve(label);
        SavedModelWriter.write(graph, saved);
        models.add(
                new StageTask.LocalModel(
                        label, saved, "digest-of-" + label, 1234, List.of("a note of " + label)));
        return this;
    }

    TinyRun constraints(Constraints wanted) {
        constraints = wanted;
        return this;
    }

    TinyRun deliver(List<DeliveryFormat> wanted) {
        deliver = wanted;
        return this;
    }

    TinyRun engines(List<Engine> wanted) {
        engines = wanted;
        return this;
    }

    TinyRun threads(List<Integer> wanted) {
        threads = wanted;
        return this;
    }

    TinyRun on(BenchStage machine) {
        stage = machine;
        return this;
    }

    Path savedModel(int index) {
        return models.get(index).savedModel();
    }

    /** Fractions reported so far. */
    List<Double> progress() {
        return progress;
    }

    /** Scores of model {@code index} by TF-Java alone. */
    float[][] scores(int index) {
        return PlainTensorFlow.scores(savedModel(index), TEST.floats(), TinyClassifier.SIZE);
    }

    /** The original's classes with every ninth label random, so that no accuracy is 0 or 1. */
    int[] labels() {
        var random = new Random(1);
        var scores = scores(0);
        return IntStream.range(0, IMAGES)
                .map(i -> i % 9 == 0 ? random.nextInt(TinyClassifier.CLASSES) : top(scores[i]))
                .toArray();
    }

    static int top(float[] scores) {
        return IntStream.range(0, scores.length)
                .reduce((a, b) -> scores[b] > scores[a] ? b : a)
                .orElseThrow();
    }

    /** Runs the stage; {@code testLabels} is null for a test set without labels. */
    Report bench(int[] testLabels) throws IOException {
        return measure(testLabels).report();
    }

    /** The same with what is delivered. */
    StageOutcome.Measured measure(int[] testLabels) throws IOException {
        return (StageOutcome.Measured)
                stage.run(task(testLabels), (fraction, message) -> progress.add(fraction));
    }

    /** The task of the stage. */
    StageTask task(int[] testLabels) throws IOException {
        var data = folder.resolve("data");
        var train = IdxImages.random(10, TinyClassifier.SIZE, 6);
        var spec =
                new DataSpec(
                        train.write(data, "train", null), TEST.write(data, "test", testLabels));
        var output = Files.createDirectories(folder.resolve("output"));
        return new StageTask(
                "run-1",
                plan(spec),
                0,
                models,
                data,
                "data-digest",
                List.of(),
                output,
                folder,
                30,
                null);
    }

    private Plan plan(DataSpec data) {
        return Plan.builder()
                .name("tiny")
                .model("model")
                .task(Task.CLASSIFICATION)
                .data(data)
                .input(InputSpec.DEFAULT)
                .steps(
                        List.of(
                                BenchStep.builder()
                                        .batchSizes(List.of(1, 4))
                                        .threads(threads)
                                        .engines(engines)
                                        .seconds(0.01)
                                        .build()))
                .constraints(constraints)
                .deliver(deliver)
                .seed(1L)
                .build();
    }
}
