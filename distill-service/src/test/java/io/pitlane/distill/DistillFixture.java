package io.pitlane.distill;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder with images of bright quadrants and a trained model: 16 channels, one residual block.
 */
record DistillFixture(Path folder) {

    /** Writes images, and trains the original. */
    static DistillFixture in(Path folder) throws IOException {
        QuadrantImages.write(folder, "train", 400, 1);
        QuadrantImages.write(folder, "test", 400, 2);
        var fixture = new DistillFixture(folder);
        SavedModelWriter.write(fixture.trained(net(16)), fixture.original());
        return fixture;
    }

    /** A net of this many channels with one residual block; {@code c2} is its branch. */
    static FlatGraph net(int channels) {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, channels), channels));
        var c2 = net.relu(net.bias("b2", net.conv("c2", c1, channels, channels), channels));
        var sum = net.pool("p1", net.op("AddV2", "sum", c1, c2));
        var c3 = net.relu(net.bias("b3", net.conv("c3", sum, channels, channels), channels));
        var flat = net.reshape("flat", net.pool("p2", c3), -1, 4 * channels);
        var logits = net.bias("b4", net.dense("d", flat, 4 * channels, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }

    private FlatGraph trained(FlatGraph untrained) {
        var plan = plan("{}", true);
        var training = Training.builder().epochs(8).learningRate(0.005).batchSize(32).build();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        return new FineTuning(untrained, untrained, plan.task(), training, labelsOnly, 1)
                .run(
                        ImageSources.open(plan.data().train(), folder),
                        Preprocessor.of(plan.input(), untrained.signature().inputs().get(0)),
                        TrainingListener.NONE)
                .graph();
    }

    Path original() {
        return folder.resolve("original");
    }

    private static Plan plan(String options, boolean labelled) {
        return PlanReader.read(
                """
                name: quadrants
                model: original
                data:
                  train: {images: train-images%s}
                  test: {images: test-images, labels: test-labels}
                input: {channels: grey, scale: 0.00392156862745098}
                steps: [{distill: %s}]
                seed: 3
                """
                        .formatted(labelled ? ", labels: train-labels" : "", options));
    }

    ModelMade distill(String options) throws IOException {
        return distill(options, true, checkpoints(), ProgressListener.NONE);
    }

    ModelMade distillWithoutLabels(String options) throws IOException {
        return distill(options, false, checkpoints(), ProgressListener.NONE);
    }

    Path checkpoints() throws IOException {
        return Files.createTempDirectory(folder, "checkpoints");
    }

    ModelMade distill(String options, boolean labelled, Path checkpoints, ProgressListener progress)
            throws IOException {
        var model = new StageTask.LocalModel("original", original(), "0", 0, List.of());
        var task =
                new StageTask(
                        "run",
                        plan(options, labelled),
                        0,
                        List.of(model),
                        folder,
                        "0",
                        List.of(),
                        Files.createTempDirectory(folder, "output"),
                        checkpoints,
                        secondsBetweenCheckpoints(progress),
                        null);
        return (ModelMade) new DistillStage().run(task, progress);
    }

    /** A listener may interrupt the training at any step. */
    private static double secondsBetweenCheckpoints(ProgressListener progress) {
        return progress == ProgressListener.NONE ? 30 : 0;
    }

    /** Top-1 accuracy on the test images. */
    double accuracy(Path model) {
        var plan = plan("{}", true);
        var images = ImageSources.open(plan.data().test(), folder);
        return Evaluator.evaluate(model, plan.task(), images, plan.input())
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
