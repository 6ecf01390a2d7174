package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FlatGraph;
import io.pitlane.training.head.Head;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.head.ScoredHead;
import io.pitlane.training.weights.GradientReach;
import io.pitlane.training.weights.TrainableWeights;
import java.util.List;
import java.util.Optional;

/**
 * The losses of a task. With labels the scored output gets cross-entropy an image or a pixel, or
 * for regression the squared difference to the values. Following a teacher, class scores and
 * outputs behind softmax or sigmoid get soft targets, any other the squared difference to the
 * teacher's values.
 */
public final class Losses {
    private final Task task;
    private final ImageSet images;
    private final Training options;
    private final String scored;

    /** The losses for training on a set, with the output that the task itself tells to score. */
    public Losses(Task task, ImageSet images, Training options) {
        this(task, images, options, null);
    }

    private Losses(Task task, ImageSet images, Training options, String scored) {
        this.task = task;
        this.images = images;
        this.options = options;
        this.scored = scored;
    }

    /** The same for the output of this name; null for the one that the task tells. */
    public Losses scoring(String output) {
        return new Losses(task, images, options, output);
    }

    /**
     * The loss with the labels; empty where there are none, and for detection.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when labels and outputs do
     *     not belong to the same task
     */
    public Optional<LossTerm> labels(FlatGraph student, double weight) {
        if (task == Task.DETECTION) {
            return Optional.empty();
        }
        return images.annotations().map(labels -> loss(head(student), labels, weight));
    }

    private Head head(FlatGraph student) {
        return ScoredHead.of(student, task, scored)
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "No output of the model is for %s: %s."
                                                .formatted(
                                                        task.label(),
                                                        student.signature().outputs()),
                                        "Set the plan's task, or name the output in the plan's output."));
    }

    private LossTerm loss(Head head, Annotations labels, double weight) {
        double smoothing = options.labelSmoothing();
        if (task == Task.CLASSIFICATION && labels instanceof Annotations.Classes classes) {
            return new LabelLoss(head, weight, classes.labels(), smoothing);
        } else if (task == Task.SEGMENTATION && labels instanceof Annotations.Masks) {
            return new MaskLoss(head, weight, smoothing);
        } else if (task == Task.REGRESSION && labels instanceof Annotations.Values values) {
            return new ValueLoss(head, weight, values);
        }
        throw invalidInput(
                "The training data give %s, which a model for %s is not trained with."
                        .formatted(labels.kind(), task.label()),
                "Set the plan's task, or name the data that the model was trained for.");
    }

    /**
     * The losses that follow a teacher whose outputs have the same names. Outputs that no gradient
     * comes from are left out.
     *
     * @param temperature T of soft targets
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when no output can be
     *     trained
     */
    public List<LossTerm> teacher(
            FlatGraph student,
            FlatGraph original,
            Teacher teacher,
            double weight,
            double temperature) {
        var classes = ScoredHead.of(student, task, scored).map(Head::tensor);
        var pairs = HeadPair.of(student, original);
        var trainable = pairs.stream().filter(pair -> isTrainable(student, pair)).toList();
        if (trainable.isEmpty()) {
            throw invalidInput(
                    "No gradient comes from the model's outputs to its weights.",
                    "Set the epochs to 0.");
        }
        return trainable.stream()
                .map(
                        pair ->
                                classes.filter(pair.student().tensor()::equals).isPresent()
                                                && task != Task.REGRESSION
                                        ? pair.asClassifier()
                                        : pair)
                .map(pair -> follow(pair, teacher, weight, temperature))
                .toList();
    }

    private static boolean isTrainable(FlatGraph student, HeadPair pair) {
        var reach = GradientReach.of(student, List.of(pair.student().tensor()));
        return !TrainableWeights.of(student, reach.nodes()).isEmpty();
    }

    private static LossTerm follow(
            HeadPair pair, Teacher teacher, double weight, double temperature) {
        return pair.student().kind() == Head.Kind.LINEAR
                ? new SquaredErrorLoss(pair, weight, teacher)
                : new SoftTargetLoss(pair, weight, temperature, teacher);
    }
}
