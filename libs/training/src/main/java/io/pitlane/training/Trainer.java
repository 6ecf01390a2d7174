package io.pitlane.training;

import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.BatchNorm;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.checkpoint.Fingerprint;
import io.pitlane.training.checkpoint.TrainingCheckpoint;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.weights.BatchNorms;
import io.pitlane.training.weights.MaskSchedule;
import java.util.List;
import java.util.Map;

/**
 * Trains a model.
 *
 * <p>1. Weights become variables, and the loss terms are attached. 2. The optimizer updates them
 * batch by batch; masked weights stay zero. 3. The weights of the best epoch become constants
 * again.
 *
 * <p>A batch that does not fit the {@linkplain MemoryBudget memory budget} is computed in
 * micro-batches, whose gradients are summed before the optimizer step. The result is that of the
 * whole batch up to rounding, but for trained batch norms, which normalise each micro-batch by its
 * own statistics.
 *
 * <pre>{@code
 * var losses = List.<LossTerm>of(new LabelLoss(head, 1, labels, 0));
 * var trained = new Trainer(model, losses, Training.DEFAULT, 17).run(images, input, listener);
 * }</pre>
 *
 * <p>Deterministic: with the same images, options, seed, memory budget and machine, and one
 * TensorFlow thread, the trained weights are the same bit for bit, also for a training that was
 * interrupted and resumed.
 */
public final class Trainer {
    private final FlatGraph model;
    private final List<LossTerm> losses;
    private final Training options;
    private final long seed;
    private final TrainingSetup setup;

    /**
     * Creates a training.
     *
     * @param losses loss terms; their sum is minimised
     * @param seed seed of the validation split, the order of the images and their augmentation
     */
    public Trainer(FlatGraph model, List<LossTerm> losses, Training options, long seed) {
        this(model, losses, options, seed, new TrainingSetup());
    }

    Trainer(
            FlatGraph model,
            List<LossTerm> losses,
            Training options,
            long seed,
            TrainingSetup setup) {
        this.model = model;
        this.losses = List.copyOf(losses);
        this.options = options;
        this.seed = seed;
        this.setup = setup;
    }

    private Trainer with(TrainingSetup other) {
        return new Trainer(model, losses, options, seed, other);
    }

    /**
     * The same with pruning masks of 0 and 1, by the name of the weight's Const; a masked weight
     * stays 0.
     */
    public Trainer withMasks(Map<String, FloatTensor> masks) {
        return with(setup.withMasks(masks));
    }

    /** The same with masks that change; they replace other masks of the same weights. */
    public Trainer withMaskSchedule(MaskSchedule schedule) {
        return with(setup.withMaskSchedule(schedule));
    }

    /** The same with weights as codes; the model that it makes is a quantized one. */
    public Trainer withCodes(CodeOptions codes) {
        return with(setup.withCodes(codes));
    }

    /**
     * The same, with checkpoints: the state is saved regularly, an interrupted training is resumed,
     * and a finished one is not repeated.
     *
     * @param name name of the training among those that share the checkpoints; letters, digits,
     *     dots, dashes
     */
    public Trainer withCheckpoints(Checkpoints checkpoints, String name) {
        return with(setup.withCheckpoints(checkpoints, name));
    }

    /**
     * The same for a model that has learnt the validation images before, as a cut model has from
     * its original: training on the other images only raises their loss, even where it raises the
     * accuracy on new images. Therefore the last epoch is the result, or with {@link
     * Training#patience} the one of the least validation loss. The model before training stays
     * where no epoch's loss on its training images is below the validation loss before training,
     * and no validation loss is. By default that model counts as an epoch like any other, and the
     * least validation loss decides.
     */
    public Trainer withoutStart() {
        return with(setup.withoutStart());
    }

    /** The same within another budget than that of the process. */
    public Trainer withMemory(MemoryBudget budget) {
        return with(setup.withMemory(budget));
    }

    /**
     * Trains.
     *
     * @param images the training images; labels and teachers of the loss terms refer to the same
     *     set
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images, labels and
     *     model do not fit together, the model has nothing to train, or training diverges
     */
    public TrainedModel run(ImageSet images, Preprocessor input, TrainingListener listener) {
        if (options.epochs() == 0) {
            return new TrainedModel(model, 0, 0, Double.NaN, Double.NaN, 0, 0, 0, 0);
        }
        var split = ValidationSplit.of(images, seed, options.validation());
        int batch = input.fixedBatch().orElse(options.batchSize());
        var memory = memory(images, input);
        int microBatch =
                input.fixedBatch().isPresent() ? batch : memory.microBatch(batch, setup.budget());
        memory.notes(batch, microBatch, setup.budget())
                .forEach(note -> listener.onProgress(0, note, null));
        long forInputs = memory.forInputs(setup.budget(), microBatch);
        var fingerprint =
                Fingerprint.of(
                        model,
                        losses,
                        options,
                        seed,
                        setup.masks(),
                        setup.schedule(),
                        setup.codes(),
                        images.size());
        var batchNorm = batchNorm(microBatch);
        var resolved =
                options
                        .withDefaultRate(batchNorm == BatchNorm.TRAINED && hasBatchNorm())
                        .toBuilder()
                        .batchNorm(batchNorm)
                        .build();
        try (var graph =
                new TrainingGraph(
                        model,
                        input.spec(),
                        losses,
                        resolved,
                        setup.masks(),
                        setup.schedule().initial(),
                        microBatch < batch,
                        setup.codes())) {
            var batches =
                    new Batches(images, split.training(), input, batch)
                            .augmented(options.augmentation())
                            .inMicroBatches(microBatch, forInputs);
            var checkpoint = new TrainingCheckpoint(setup.checkpoints(), setup.name(), fingerprint);
            var atRate =
                    new RateProbe(graph, batches, seed, checkpoint, listener).resolved(resolved);
            var end =
                    new TrainingLoop(
                                    graph,
                                    batches,
                                    new Batches(images, split.validation(), input, batch)
                                            .inMicroBatches(microBatch, forInputs),
                                    atRate,
                                    seed,
                                    setup.schedule(),
                                    setup.keepsStart(),
                                    checkpoint,
                                    listener)
                            .run();
            var best = end.best();
            return new TrainedModel(
                    graph.with(best.constants()),
                    end.position().epoch() - 1,
                    best.epoch(),
                    best.loss(),
                    atRate.learningRate(),
                    end.position().step(),
                    end.position().halvings(),
                    batch,
                    microBatch);
        }
    }

    private BatchNorm batchNorm(int microBatch) {
        boolean isTrained =
                options.batchNorm() != null && options.batchNorm().isTrained(microBatch);
        return isTrained ? BatchNorm.TRAINED : BatchNorm.FROZEN;
    }

    private boolean hasBatchNorm() {
        return !BatchNorms.of(model).isEmpty();
    }

    private TrainingMemory memory(ImageSet images, Preprocessor input) {
        var port = ModelInputs.of(model.signature(), input.spec()).image();
        var image = input.batch(images, new int[] {0}).shape();
        return TrainingMemory.of(model, port.name(), image, losses);
    }
}
