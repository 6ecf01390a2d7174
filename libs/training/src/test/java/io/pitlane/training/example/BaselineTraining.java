package io.pitlane.training.example;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.loss.TaskLosses;
import java.nio.file.Path;

/**
 * Trains the baseline of the example from scratch, writes it as a SavedModel and prints its
 * accuracy.
 *
 * <pre>{@code
 * BaselineTraining examples/fashion-mnist examples/fashion-mnist/baseline 17
 * }</pre>
 */
public final class BaselineTraining {
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final Training OPTIONS =
            Training.builder().epochs(12).learningRate(0.001).batchSize(64).build();

    private BaselineTraining() {}

    /**
     * Trains and writes.
     *
     * @param arguments the folder with {@code train-} and {@code test-images-idx3-ubyte.gz} and
     *     their labels; the folder for the model; the seed
     */
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("usage: BaselineTraining DATA_FOLDER MODEL_FOLDER SEED");
            System.exit(2);
        }
        var data = Path.of(arguments[0]);
        var folder = Path.of(arguments[1]);
        var trained =
                train(
                        images(data, "train"),
                        Long.parseLong(arguments[2]),
                        (fraction, message, loss) ->
                                System.out.printf("%3.0f %%  %s%n", fraction * 100, message));
        SavedModelWriter.write(trained, folder);
        System.out.printf("top-1 on the test images: %.4f%n", top1(folder, images(data, "test")));
    }

    private static ImageSet images(Path folder, String part) {
        return ImageSources.open(
                new DataSource.Idx(part + "-images-idx3-ubyte.gz", part + "-labels-idx1-ubyte.gz"),
                folder);
    }

    /** The baseline, trained on labelled grey images of 28x28. */
    static FlatGraph train(ImageSet images, long seed, TrainingListener listener) {
        var model = BaselineModel.untrained(seed);
        var losses = new TaskLosses(Task.CLASSIFICATION, images, OPTIONS).labels(model, 1).stream();
        return new Trainer(model, losses.toList(), OPTIONS, seed)
                .run(images, Preprocessor.of(INPUT, model.signature().inputs().get(0)), listener)
                .graph();
    }

    private static double top1(Path folder, ImageSet images) {
        return Evaluator.evaluate(folder, Task.CLASSIFICATION, images, INPUT)
                .accuracy()
                .orElseThrow()
                .headline()
                .value();
    }
}
