package io.pitlane.bench;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.report.Report;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.engines.EngineModel;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The images on which models are measured.
 *
 * @param images the test set
 * @param input how images become a model's input
 * @param figures what the report says about the data
 */
record TestData(ImageSet images, InputSpec input, Report.DataFigures figures) {
    /** Timing cycles through this many batches, so that no single image decides. */
    private static final int BATCHES = 8;

    /** Limits the memory of all batches to 256 MiB. */
    private static final long MAX_VALUES = 64L << 20;

    /** Opens the test set, and counts the images of the training set. */
    static TestData open(StageTask task) {
        var data = task.plan().data();
        int trainSamples = ImageSources.open(data.train(), task.data()).size();
        var images = ImageSources.open(data.test(), task.data());
        return new TestData(
                images,
                task.plan().input(),
                new Report.DataFigures(task.dataDigest(), trainSamples, images.size()));
    }

    /** The preprocessing for this model's input. */
    Preprocessor inputOf(EngineModel model) {
        return Preprocessor.of(input, model.input(), images);
    }

    /** The shape of a batch with the first image alone, preprocessed for this input. */
    long[] shapeOfOne(GraphSignature.Port image) {
        return Preprocessor.of(input, image, images).batch(images, new int[] {0}).shape();
    }

    /**
     * Batches of real images to time a model with; fewer where they would need too much memory.
     *
     * @param size images a batch; a larger batch than the test set repeats images
     */
    List<FloatTensor> batches(EngineModel model, int size) {
        var preprocessor = inputOf(model);
        var first = batch(preprocessor, 0, size);
        return IntStream.range(0, (int) count(first.values().length))
                .mapToObj(b -> b == 0 ? first : batch(preprocessor, b, size))
                .toList();
    }

    /** How many batches {@link #batches} returns, for the number of floats in one. */
    static long count(long floats) {
        return Math.max(1, Math.min(BATCHES, MAX_VALUES / floats));
    }

    /** A batch of the first images. */
    FloatTensor batch(EngineModel model, int size) {
        return batch(inputOf(model), 0, size);
    }

    private FloatTensor batch(Preprocessor preprocessor, int number, int size) {
        return preprocessor.batch(
                images,
                IntStream.range(0, size).map(i -> (number * size + i) % images.size()).toArray());
    }
}
