package io.pitlane.quantize;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.training.Training;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.training.ValidationSplit;
import java.util.function.DoubleConsumer;

/** The training images of a step, which all that quantization measures is measured on. */
final class TrainingImages {
    /** More images at once would not be faster. */
    private static final int BATCH = 4;

    private final ImageSet images;
    private final Preprocessor input;
    private final int batch;
    private final long seed;

    /**
     * Opens the training images of a step.
     *
     * @param graph the model that takes them
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when they are not usable
     */
    TrainingImages(StageTask task, FlatGraph graph) {
        var plan = task.plan();
        this.images = ImageSources.open(plan.data().train(), task.data());
        var port = ModelInputs.of(graph.signature(), plan.input()).image();
        this.input = Preprocessor.of(plan.input(), port, images);
        input.requireFits(images);
        var one = input.batch(images, new int[] {0}).shape();
        this.batch = CalibrationMemory.of(graph, port, one, MemoryBudget.ofProcess()).batch(BATCH);
        this.seed = plan.seed();
    }

    /**
     * Checks that they are images.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT for arrays
     */
    void requirePixels() {
        if (!(images.sample(0) instanceof Image)) {
            throw invalidInput(
                    "quantize.inputType is uint8, but the training data are arrays of floats.",
                    "Leave inputType out: a model of arrays takes float32.");
        }
    }

    /** The first one as a batch that the model takes; more than one for a fixed batch size. */
    FloatTensor first() {
        return input.batch(images, new int[input.fixedBatch().orElse(1)]);
    }

    /** All of them. */
    ImageSet all() {
        return images;
    }

    /**
     * The validation split of a training with these images, with annotations; all where there are
     * too few for one.
     */
    ImageSet validation() {
        var split = ValidationSplit.of(images, seed, Training.DEFAULT.validation()).validation();
        return split.length == 0 ? images : images.subset(split);
    }

    /** A sample with annotations; all where there are fewer. */
    ImageSet sample(int samples) {
        return images.subset(CalibrationImages.sample(images.size(), samples, seed));
    }

    /** A sample as model inputs, the same as that of {@link #sample}. */
    CalibrationImages batches(int samples, DoubleConsumer progress) {
        return new CalibrationImages(images, input, samples, batch, seed, progress);
    }
}
