package io.pitlane.training;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.Losses;
import io.pitlane.training.loss.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a changed model back to accuracy: with the labels where there are any, and with the
 * original as teacher.
 */
public final class FineTuning {
    private final FlatGraph student;
    private final FlatGraph teacher;
    private final Task task;
    private final Training training;
    private final DistillationLoss loss;
    private final long seed;
    private final Extras extras;

    /** What most trainings do without. */
    private record Extras(
            String scored, Map<String, FloatTensor> masks, Checkpoints checkpoints, String name) {}

    /**
     * Fine-tuning of one model.
     *
     * @param student the changed model
     * @param teacher the original, whose outputs have the same names
     * @param loss what is minimised, with all its values
     * @param seed decides everything random
     */
    public FineTuning(
            FlatGraph student,
            FlatGraph teacher,
            Task task,
            Training training,
            DistillationLoss loss,
            long seed) {
        this(
                student,
                teacher,
                task,
                training,
                loss,
                seed,
                new Extras(null, Map.of(), Checkpoints.NONE, ""));
    }

    private FineTuning(
            FlatGraph student,
            FlatGraph teacher,
            Task task,
            Training training,
            DistillationLoss loss,
            long seed,
            Extras extras) {
        this.student = student;
        this.teacher = teacher;
        this.task = task;
        this.training = training;
        this.loss = loss;
        this.seed = seed;
        this.extras = extras;
    }

    private FineTuning with(Extras other) {
        return new FineTuning(student, teacher, task, training, loss, seed, other);
    }

    /** The same with labels for the output of this name; null for the one that the task tells. */
    public FineTuning scoring(String output) {
        return with(new Extras(output, extras.masks, extras.checkpoints, extras.name));
    }

    /** The same with masks 0/1 by the name of a weight's Const: at 0 the weight stays 0. */
    public FineTuning withMasks(Map<String, FloatTensor> masks) {
        return with(new Extras(extras.scored, masks, extras.checkpoints, extras.name));
    }

    /** The same, going on where a training of this name was interrupted. */
    public FineTuning withCheckpoints(Checkpoints checkpoints, String name) {
        return with(new Extras(extras.scored, extras.masks, checkpoints, name));
    }

    /**
     * Trains.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when images, labels and
     *     model do not fit together, the model has nothing to train, or training diverges
     */
    public TrainedModel run(ImageSet train, Preprocessor input, TrainingListener listener) {
        try (var original = GraphSession.open(teacher, input.spec())) {
            var augmentation = training.augmentation();
            return new Trainer(
                            student,
                            losses(train, new Teacher(original, train.size(), augmentation)),
                            training,
                            seed)
                    .withMasks(extras.masks)
                    .withCheckpoints(extras.checkpoints, extras.name)
                    .run(train, input, listener);
        }
    }

    List<LossTerm> losses(ImageSet train, Teacher from) {
        var losses = new Losses(task, train, training).scoring(extras.scored);
        var terms = new ArrayList<LossTerm>();
        if (loss.labels() > 0) {
            losses.labels(student, loss.labels()).ifPresent(terms::add);
        }
        if (loss.softTargets() > 0) {
            terms.addAll(
                    losses.teacher(student, teacher, from, loss.softTargets(), loss.temperature()));
        }
        if (terms.isEmpty()) {
            throw invalidInput(
                    "The training images have no labels and loss.softTargets is 0.",
                    "Set loss.softTargets above 0.");
        }
        return terms;
    }
}
