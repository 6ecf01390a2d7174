package io.pitlane.model.train;

import io.pitlane.contract.Task;
import io.pitlane.contract.Training;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.eval.ClassScores;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.TensorRef;
import java.util.List;
import java.util.Optional;

/**
 * The losses of a task: the scored output gets one with the labels, if there are any; following a
 * teacher, an output behind softmax or sigmoid and the scored one of a classifier get soft targets,
 * any other the squared difference to the teacher's values.
 */
public final class Losses {
    private final Task task;
    private final ImageSet images;
    private final Training options;

    /** The losses for training on a set. */
    public Losses(Task task, ImageSet images, Training options) {
        this.task = task;
        this.images = images;
        this.options = options;
    }

    /**
     * The loss with the labels; empty where there are none.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the model has no output of
     *     the kind that the task scores
     */
    public Optional<LossTerm> labels(FlatGraph student, double weight) {
        return images.labels()
                .map(
                        labels ->
                                new LabelLoss(
                                        scores(student), weight, labels, options.labelSmoothing()));
    }

    /**
     * The losses that follow a teacher whose outputs have the same names.
     *
     * @param temperature T of soft targets
     */
    public List<LossTerm> teacher(
            FlatGraph student,
            FlatGraph original,
            Teacher teacher,
            double weight,
            double temperature) {
        var scored = images.labels().map(labels -> scores(student).tensor()).orElse(null);
        return HeadPair.of(student, original).stream()
                .map(pair -> follow(pair, scored, teacher, weight, temperature))
                .toList();
    }

    private static LossTerm follow(
            HeadPair pair, TensorRef scored, Teacher teacher, double weight, double temperature) {
        var asked = pair.student().tensor().equals(scored) ? pair.asClassifier() : pair;
        return asked.student().kind() == Head.Kind.LINEAR
                ? new SquaredErrorLoss(asked, weight, teacher)
                : new SoftTargetLoss(asked, weight, temperature, teacher);
    }

    private static Head scores(FlatGraph student) {
        return Head.of(student, ClassScores.of(student.signature())).asClassifier();
    }
}
