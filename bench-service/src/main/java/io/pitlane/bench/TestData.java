package io.pitlane.bench;

import io.pitlane.contract.InputSpec;
import io.pitlane.contract.Report;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.eval.DjlModel;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The images that models are measured on.
 *
 * @param images the test set
 * @param input how images become a model's input
 * @param figures what the report says about the data
 */
record TestData(ImageSet images, InputSpec input, Report.DataFigures figures) {
    /** Rounds of timing take turns over this many batches, so that no one picture decides. */
    private static final int BATCHES = 8;

    private static final long MOST_VALUES = 64L << 20;

    /** Reads the test set, and counts the training set. */
    static TestData open(StageTask task) {
        var data = task.plan().data();
        int trainSamples = ImageSet.open(data.train(), task.data()).size();
        var images = ImageSet.open(data.test(), task.data());
        return new TestData(
                images,
                task.plan().input(),
                new Report.DataFigures(task.dataDigest(), trainSamples, images.size()));
    }

    /** What makes images into this model's input. */
    Preprocessor inputOf(DjlModel model) {
        return Preprocessor.of(input, model.input());
    }

    /** The shape of a batch of one, the first image, as this input takes it. */
    long[] shapeOfOne(GraphSignature.Port image) {
        return Preprocessor.of(input, image).batch(images, new int[] {0}).shape();
    }

    /**
     * Batches of real images to time a model with, fewer where they would fill the memory.
     *
     * @param size images a batch; a larger batch than the test set repeats images
     */
    List<FloatTensor> batches(DjlModel model, int size) {
        var preprocessor = inputOf(model);
        var first = batch(preprocessor, 0, size);
        long count = Math.max(1, Math.min(BATCHES, MOST_VALUES / first.values().length));
        return IntStream.range(0, (int) count)
                .mapToObj(b -> b == 0 ? first : batch(preprocessor, b, size))
                .toList();
    }

    private FloatTensor batch(Preprocessor preprocessor, int number, int size) {
        return preprocessor.batch(
                images,
                IntStream.range(0, size).map(i -> (number * size + i) % images.size()).toArray());
    }
}
