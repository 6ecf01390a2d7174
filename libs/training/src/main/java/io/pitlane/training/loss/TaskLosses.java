package io.pitlane.training.loss;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Size;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.training.head.Head;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.head.ScoredHead;
import io.pitlane.training.weights.GradientFlow;
import io.pitlane.training.weights.WeightFinder;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the loss terms of a task. From labels: cross-entropy per image or pixel, or the squared
 * error for regression, on the scored output. From a teacher: soft targets for class scores and
 * outputs with softmax or sigmoid, the squared error for any other: of several outputs, as a share
 * of the variance of each.
 */
public final class TaskLosses {
    private final Task task;
    private final ImageSet images;
    private final Training options;
    private final String scoredOutput;

    /** The losses for training on a set, with the default output of the task as scored output. */
    public TaskLosses(Task task, ImageSet images, Training options) {
        this(task, images, options, null);
    }

    private TaskLosses(Task task, ImageSet images, Training options, String scored) {
        this.task = task;
        this.images = images;
        this.options = options;
        this.scoredOutput = scored;
    }

    /**
     * The same with the output of this name as scored output; null for the default one of the task.
     */
    public TaskLosses withScoredOutput(String output) {
        return new TaskLosses(task, images, options, output);
    }

    /**
     * The loss from labels; empty without labels, and for detection.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when labels and outputs do
     *     not fit the task
     */
    public Optional<LossTerm> labels(FlatGraph student, double weight) {
        if (task == Task.DETECTION) {
            return Optional.empty();
        }
        return images.annotations().map(labels -> loss(student, labels, weight));
    }

    private Head head(FlatGraph student) {
        return ScoredHead.of(student, task, scoredOutput)
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "No output of the model is for %s: %s."
                                                .formatted(
                                                        task.label(),
                                                        student.signature().outputs()),
                                        "Set the plan's task, or name the output in the plan's output."));
    }

    private LossTerm loss(FlatGraph student, Annotations labels, double weight) {
        var head = head(student);
        double smoothing = options.labelSmoothing();
        if (task == Task.CLASSIFICATION && labels instanceof Annotations.Classes classes) {
            return new ClassificationLoss(head, weight, classes.labels(), smoothing);
        } else if (task == Task.SEGMENTATION && labels instanceof Annotations.Masks) {
            return new SegmentationLoss(head, weight, smoothing, size(student, head));
        } else if (task == Task.REGRESSION && labels instanceof Annotations.Values values) {
            return new RegressionLoss(head, weight, values);
        }
        throw invalidInput(
                "The training data has %s, but the task %s cannot be trained on them."
                        .formatted(labels.kind(), task.label()),
                "Set the plan's task, or name the data that the model was trained for.");
    }

    /** Height and width of an output {@code [N, H, W, K]}; empty if they are not fixed. */
    private static Optional<Size> size(FlatGraph student, Head head) {
        return student.signature().outputs().stream()
                .filter(port -> port.name().equals(head.output()))
                .map(GraphSignature.Port::shape)
                .filter(shape -> shape != null && shape.size() >= 3)
                .filter(shape -> shape.get(1) > 0 && shape.get(2) > 0)
                .map(shape -> new Size(shape.get(1).intValue(), shape.get(2).intValue()))
                .findFirst();
    }

    /**
     * The losses from a teacher whose outputs have the same names. Outputs without a gradient path
     * to a weight are left out.
     *
     * @param temperature temperature of the soft targets
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when no output can be
     *     trained
     */
    public List<LossTerm> distillation(
            FlatGraph student,
            FlatGraph original,
            Teacher teacher,
            double weight,
            double temperature) {
        var pairs = trainable(student, original);
        return pairs.stream()
                .map(
                        pair ->
                                pair.student().kind() == Head.Kind.LINEAR
                                        ? error(pair, teacher, weight, pairs.size())
                                        : new SoftTargetLoss(pair, weight, temperature, teacher))
                .toList();
    }

    /**
     * The losses from targets that are drawn from the model's own outputs, for the {@linkplain
     * SampledOutputLoss curvature} of the losses from a teacher: their gradients are all 0 where
     * the model is its own teacher.
     *
     * @param seed of the draws
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when no output can be
     *     trained
     */
    public List<LossTerm> sampled(FlatGraph model, long seed) {
        return trainable(model, model).stream()
                .<LossTerm>map(pair -> new SampledOutputLoss(pair.student(), seed))
                .toList();
    }

    /** The outputs with a gradient path to a weight; the scored one as that of a classifier. */
    private List<HeadPair> trainable(FlatGraph student, FlatGraph original) {
        var classes = ScoredHead.of(student, task, scoredOutput).map(Head::tensor);
        var pairs = HeadPair.of(student, original);
        var trainable = pairs.stream().filter(pair -> isTrainable(student, pair)).toList();
        if (trainable.isEmpty()) {
            throw invalidInput(
                    "There is no gradient path from the model's outputs to its weights.",
                    "Set the epochs to 0.");
        }
        return trainable.stream()
                .map(
                        pair ->
                                classes.filter(pair.student().tensor()::equals).isPresent()
                                                && hasClassScores()
                                        ? pair.asClassifier()
                                        : pair)
                .toList();
    }

    /** Whether the scored output holds scores of classes: that of a detector holds boxes. */
    private boolean hasClassScores() {
        return task == Task.CLASSIFICATION || task == Task.SEGMENTATION;
    }

    private static LossTerm error(HeadPair pair, Teacher teacher, double weight, int outputs) {
        return outputs > 1
                ? new RelativeErrorLoss(pair, weight, teacher)
                : new SquaredErrorLoss(pair, weight, teacher);
    }

    private static boolean isTrainable(FlatGraph student, HeadPair pair) {
        var reach = GradientFlow.of(student, List.of(pair.student().tensor()));
        return !WeightFinder.find(student, reach.nodes()).isEmpty();
    }
}
