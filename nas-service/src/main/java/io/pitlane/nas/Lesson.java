package io.pitlane.nas;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.Plan;
import io.pitlane.contract.Training;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.runtime.GraphSession;
import io.pitlane.model.train.Head;
import io.pitlane.model.train.HeadPair;
import io.pitlane.model.train.Holdout;
import io.pitlane.model.train.LabelLoss;
import io.pitlane.model.train.LossTerm;
import io.pitlane.model.train.SoftTargetLoss;
import io.pitlane.model.train.Teacher;
import io.pitlane.model.train.Trained;
import io.pitlane.model.train.Trainer;
import io.pitlane.model.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What every network of a search learns from, and how it is examined: the training images, with the
 * original's answers for labels where there are none, some of them set aside. The test images are
 * not looked at.
 */
final class Lesson {
    private static final double TEMPERATURE = 2;

    private final Plan plan;
    private final FlatGraph original;
    private final Outline outline;
    private final ImageSet images;
    private final int[] labels;
    private final Preprocessor input;

    private Lesson(
            Plan plan, FlatGraph original, Outline outline, ImageSet images, Preprocessor input) {
        this.plan = plan;
        this.original = original;
        this.outline = outline;
        this.images = images;
        this.input = input;
        this.labels =
                images.labels()
                        .orElseGet(
                                () ->
                                        Predictions.of(
                                                original,
                                                outline.scores().tensor(),
                                                images,
                                                input,
                                                plan.input()));
    }

    /**
     * Opens the training images of a plan.
     *
     * @param original the model that came in
     * @param data what the plan's paths are relative to
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when model, plan and images do not
     *     fit together
     */
    static Lesson open(Plan plan, FlatGraph original, Path data) {
        return of(plan, original, ImageSet.open(plan.data().train(), data));
    }

    /** The same with images that are open already. */
    static Lesson of(Plan plan, FlatGraph original, ImageSet images) {
        var outline = new OriginalOutline(original, plan, images).outline();
        images.requireLabelsBelow(Math.max(2, outline.shape().classes()));
        var input = Preprocessor.of(plan.input(), outline.input());
        return new Lesson(plan, original, outline, images, input);
    }

    /** What a network must look like from outside. */
    Outline outline() {
        return outline;
    }

    /** Whether the labels are the original's answers, for there were none. */
    boolean isTaughtByTheOriginal() {
        return images.labels().isEmpty();
    }

    /**
     * The median time of one image, on this machine and with this process's threads.
     *
     * @return milliseconds
     */
    double latencyMillis(FlatGraph network) {
        var indices = new int[input.fixedBatch().orElse(1)];
        return OneImageLatency.millis(network, plan.input(), input.batch(images, indices));
    }

    /**
     * Trains a network.
     *
     * @param softTargets weight of the original's answers at temperature 2 beside the labels; 0 for
     *     none
     * @param checkpoints makes the training one that can be taken up again
     */
    Trained train(
            FlatGraph network,
            Training options,
            double softTargets,
            UnaryOperator<Trainer> checkpoints,
            TrainingListener listener) {
        try (var teacher = GraphSession.open(original, plan.input())) {
            var losses = new ArrayList<LossTerm>();
            losses.add(labelLoss(network, options));
            if (softTargets > 0) {
                var answers = new Teacher(teacher, images.size(), options.augmentation());
                var pair = HeadPair.of(network, original).get(0).asClassifier();
                losses.add(new SoftTargetLoss(pair, softTargets, TEMPERATURE, answers));
            }
            return checkpoints
                    .apply(new Trainer(network, losses, options, plan.seed()))
                    .run(images, input, listener);
        }
    }

    private LossTerm labelLoss(FlatGraph network, Training options) {
        var head = Head.of(network, network.signature().outputs().get(0)).asClassifier();
        return new LabelLoss(head, 1, labels, options.labelSmoothing());
    }

    /**
     * The share of the images set aside that a network classifies right, 0..1.
     *
     * @param options of the training that set them aside
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when there are too few images to
     *     set any aside
     */
    double accuracy(FlatGraph network, Training options) {
        var scores =
                network.signature().outputs().stream()
                        .filter(port -> port.name().equals(outline.scores().name()))
                        .findFirst()
                        .orElseThrow();
        int[] aside = Holdout.of(images, plan.seed(), options.validation()).validation();
        if (aside.length == 0) {
            throw invalidInput(
                    "There are %d training images, too few to set any aside for comparing networks."
                            .formatted(images.size()),
                    "Name at least 200 training images, or leave the nas step out.");
        }
        var found =
                Predictions.of(network, scores.tensor(), images.subset(aside), input, plan.input());
        long right =
                IntStream.range(0, aside.length).filter(i -> found[i] == labels[aside[i]]).count();
        return (double) right / aside.length;
    }
}
