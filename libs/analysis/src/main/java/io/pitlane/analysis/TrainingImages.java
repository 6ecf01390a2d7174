package io.pitlane.analysis;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.training.ValidationSplit;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * The training images of a plan, on which a step measures: all, the validation split, or a sample
 * by the seed of the plan.
 */
public final class TrainingImages {
    /** More images at once would not be faster. */
    private static final int BATCH = 4;

    private final GraphSignature.Port port;
    private final ImageSet images;
    private final Preprocessor input;
    private final int batch;
    private final long seed;

    /**
     * Opens the training images of a plan.
     *
     * @param data folder that the plan's paths are in
     * @param graph the model that takes them
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when they are not usable
     */
    public TrainingImages(Plan plan, Path data, FlatGraph graph) {
        this.images = ImageSources.open(plan.data().train(), data);
        this.port = ModelInputs.of(graph.signature(), plan.input()).image();
        this.input = Preprocessor.of(plan.input(), port, images);
        input.requireFits(images);
        var one = input.batch(images, new int[] {0}).shape();
        this.batch = FetchMemory.of(graph, port, one, MemoryBudget.ofProcess()).batch(BATCH);
        this.seed = plan.seed();
    }

    /** The first one as a batch that the model takes; more than one for a fixed batch size. */
    public FloatTensor first() {
        return input.batch(images, new int[input.fixedBatch().orElse(1)]);
    }

    /** All of them. */
    public ImageSet all() {
        return images;
    }

    /** How they become the inputs of the model. */
    public Preprocessor input() {
        return input;
    }

    /** Shapes of one image, by the names of the inputs that take it. */
    public Map<String, long[]> shape() {
        return Map.of(port.name(), input.batch(images, new int[] {0}).shape());
    }

    /**
     * The validation split of a training with these images, with annotations; all where there are
     * too few for one.
     */
    public ImageSet validation() {
        return validation(Training.DEFAULT);
    }

    /** The same of a training with other options; all where it has no validation split. */
    public ImageSet validation(Training training) {
        var split = ValidationSplit.of(images, seed, training.validation()).validation();
        return split.length == 0 ? images : images.subset(split);
    }

    /** A sample of the {@link #validation()} images; all where there are fewer. */
    public ImageSet validation(int samples) {
        var all = validation();
        return all.subset(SampledImages.sample(all.size(), samples, seed));
    }

    private ValidationSplit split() {
        return ValidationSplit.of(images, seed, Training.DEFAULT.validation());
    }

    /** A sample with annotations; all where there are fewer. */
    public ImageSet sample(int samples) {
        return images.subset(SampledImages.sample(images.size(), samples, seed));
    }

    /** Number of images outside of the validation split. */
    public int forFitting() {
        return split().training().length;
    }

    /** A sample of the images outside of the validation split, as model inputs. */
    public SampledImages batchesForFitting(int samples) {
        var fitting = images.subset(split().training());
        return new SampledImages(fitting, input, samples, batch, seed, share -> {});
    }

    /** A sample as model inputs, the same as that of {@link #sample}. */
    public SampledImages batches(int samples, DoubleConsumer progress) {
        return new SampledImages(images, input, samples, batch, seed, progress);
    }
}
