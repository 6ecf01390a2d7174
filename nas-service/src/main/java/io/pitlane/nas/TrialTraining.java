package io.pitlane.nas;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.ValidationSplit;
import io.pitlane.training.head.Head;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.SoftTargetLoss;
import io.pitlane.training.loss.Teacher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Trains and validates the networks of a search, all on the same images: the training images of the
 * plan, with the original's predictions as pseudo-labels where there are no labels, and a
 * validation split of them. The test images are never read.
 */
final class TrialTraining {
    /** The loss of a trial. */
    static final DistillationLoss LABELS_ONLY =
            DistillationLoss.builder().labels(1).softTargets(0).temperature(1).build();

    private final Plan plan;
    private final FlatGraph original;
    private final NetworkInterface target;
    private final ImageSet images;
    private final int[] labels;
    private final Preprocessor input;

    private TrialTraining(
            Plan plan,
            FlatGraph original,
            NetworkInterface target,
            ImageSet images,
            Preprocessor input) {
        this.plan = plan;
        this.original = original;
        this.target = target;
        this.images = images;
        this.input = input;
        this.labels =
                images.labels()
                        .orElseGet(
                                () ->
                                        Predictions.of(
                                                original,
                                                target.scores().tensor(),
                                                images,
                                                input,
                                                plan.input()));
    }

    /**
     * Opens the training images of a plan.
     *
     * @param original the model that came in
     * @param data what the plan's paths are relative to
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when model, plan and
     *     images do not fit together
     */
    static TrialTraining open(Plan plan, FlatGraph original, Path data) {
        return of(plan, original, ImageSources.open(plan.data().train(), data));
    }

    /** The same for images that are already open. */
    static TrialTraining of(Plan plan, FlatGraph original, ImageSet images) {
        var target = NetworkInterface.of(original, plan, images);
        images.requireLabelsBelow(Math.max(2, target.shape().classes()));
        var input = Preprocessor.of(plan.input(), target.input());
        return new TrialTraining(plan, original, target, images, input);
    }

    /** The inputs and outputs that every network must have. */
    NetworkInterface target() {
        return target;
    }

    /** Whether the labels are the original's predictions, because the images have none. */
    boolean usesPseudoLabels() {
        return images.labels().isEmpty();
    }

    /**
     * The median latency of one image, on this machine and with the threads of this process.
     *
     * @return milliseconds
     */
    double latencyMillis(FlatGraph network) {
        var indices = new int[input.fixedBatch().orElse(1)];
        return SingleImageLatency.millis(network, plan.input(), input.batch(images, indices));
    }

    /**
     * Trains a network.
     *
     * @param loss the weights of the labels and of the original's soft targets
     * @param checkpoints adds checkpoints to the trainer, so that the training can be resumed
     */
    TrainedModel train(
            FlatGraph network,
            Training options,
            DistillationLoss loss,
            UnaryOperator<Trainer> checkpoints,
            TrainingListener listener) {
        try (var teacher = GraphSession.open(original, plan.input())) {
            var losses = new ArrayList<LossTerm>();
            if (loss.labels() > 0) {
                losses.add(labelLoss(network, loss.labels(), options));
            }
            if (loss.softTargets() > 0) {
                var teacherOutputs = new Teacher(teacher, images.size(), options.augmentation());
                var heads = HeadPair.of(network, original).get(0).asClassifier();
                losses.add(
                        new SoftTargetLoss(
                                heads, loss.softTargets(), loss.temperature(), teacherOutputs));
            }
            return checkpoints
                    .apply(new Trainer(network, losses, options, plan.seed()))
                    .run(images, input, listener);
        }
    }

    private LossTerm labelLoss(FlatGraph network, double weight, Training options) {
        var head = Head.of(network, network.signature().outputs().get(0)).asClassifier();
        return new ClassificationLoss(head, weight, labels, options.labelSmoothing());
    }

    /**
     * The accuracy of a network on the validation split, 0..1.
     *
     * @param options of the training whose split it is
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there are too few
     *     images for a validation split
     */
    double accuracy(FlatGraph network, Training options) {
        var scores =
                network.signature().outputs().stream()
                        .filter(port -> port.name().equals(target.scores().name()))
                        .findFirst()
                        .orElseThrow();
        int[] validation =
                ValidationSplit.of(images, plan.seed(), options.validation()).validation();
        if (validation.length == 0) {
            throw invalidInput(
                    "There are %d training images, too few for a validation split."
                            .formatted(images.size()),
                    "Provide at least 200 training images, or remove the nas step.");
        }
        var predicted =
                Predictions.of(
                        network, scores.tensor(), images.subset(validation), input, plan.input());
        long correct =
                IntStream.range(0, validation.length)
                        .filter(i -> predicted[i] == labels[validation[i]])
                        .count();
        return (double) correct / validation.length;
    }
}
