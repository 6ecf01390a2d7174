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
import io.pitlane.training.loss.TaskLosses;
import io.pitlane.training.loss.Teacher;
import io.pitlane.training.quantization.CodeOptions;
import io.pitlane.training.weights.MaskSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Fine-tunes a compressed model: on the labels where the data has them, and with the original model
 * as teacher.
 */
public final class FineTuning {
    private final FlatGraph student;
    private final FlatGraph teacher;
    private final Task task;
    private final Training training;
    private final DistillationLoss loss;
    private final long seed;
    private final String scoredOutput;
    private final List<LossTerm> more;
    private final TrainingSetup setup;

    /**
     * Creates the fine-tuning of one model.
     *
     * @param student the compressed model
     * @param teacher the original, whose outputs have the same names
     * @param loss weights of the loss terms, with all values set
     * @param seed seed of all random choices
     */
    public FineTuning(
            FlatGraph student,
            FlatGraph teacher,
            Task task,
            Training training,
            DistillationLoss loss,
            long seed) {
        this(student, teacher, task, training, loss, seed, null, List.of(), new TrainingSetup());
    }

    private FineTuning(
            FlatGraph student,
            FlatGraph teacher,
            Task task,
            Training training,
            DistillationLoss loss,
            long seed,
            String scoredOutput,
            List<LossTerm> more,
            TrainingSetup setup) {
        this.student = student;
        this.teacher = teacher;
        this.task = task;
        this.training = training;
        this.loss = loss;
        this.seed = seed;
        this.scoredOutput = scoredOutput;
        this.more = List.copyOf(more);
        this.setup = setup;
    }

    private FineTuning with(String output, List<LossTerm> terms, TrainingSetup other) {
        return new FineTuning(student, teacher, task, training, loss, seed, output, terms, other);
    }

    private FineTuning with(TrainingSetup other) {
        return with(scoredOutput, more, other);
    }

    /**
     * The same, with the labels applied to the output of this name; null for the default output of
     * the task.
     */
    public FineTuning withScoredOutput(String output) {
        return with(output, more, setup);
    }

    /**
     * The same with pruning masks of 0 and 1, by the name of the weight's Const; a masked weight
     * stays 0.
     */
    public FineTuning withMasks(Map<String, FloatTensor> masks) {
        return with(setup.withMasks(masks));
    }

    /** The same with more terms in the loss, such as a regularisation of the weights. */
    public FineTuning withTerms(List<LossTerm> more) {
        return with(scoredOutput, more, setup);
    }

    /** The same with masks that change; they replace other masks of the same weights. */
    public FineTuning withMaskSchedule(MaskSchedule schedule) {
        return with(setup.withMaskSchedule(schedule));
    }

    /** The same with {@linkplain Trainer#withCodes weights as codes}. */
    public FineTuning withCodes(CodeOptions codes) {
        return with(setup.withCodes(codes));
    }

    /** The same, {@linkplain Trainer#withoutStart where training helps} with a trained epoch. */
    public FineTuning withoutStart() {
        return with(setup.withoutStart());
    }

    /** The same, with checkpoints: an interrupted training of this name is resumed. */
    public FineTuning withCheckpoints(Checkpoints checkpoints, String name) {
        return with(setup.withCheckpoints(checkpoints, name));
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
            var terms = terms(train, new Teacher(original, train.size(), augmentation));
            return new Trainer(student, terms, training, seed, setup).run(train, input, listener);
        }
    }

    List<LossTerm> terms(ImageSet train, Teacher outputs) {
        var losses = new TaskLosses(task, train, training).withScoredOutput(scoredOutput);
        var terms = new ArrayList<LossTerm>();
        if (loss.labels() > 0) {
            losses.labels(student, loss.labels()).ifPresent(terms::add);
        }
        if (loss.softTargets() > 0) {
            terms.addAll(
                    losses.distillation(
                            student, teacher, outputs, loss.softTargets(), loss.temperature()));
        }
        if (terms.isEmpty()) {
            throw invalidInput(
                    "The training images have no labels and loss.softTargets is 0.",
                    "Set loss.softTargets above 0.");
        }
        terms.addAll(more);
        return terms;
    }
}
