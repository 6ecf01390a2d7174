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
import java.util.Optional;

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
    private final Options options;

    /** Optional settings. */
    private record Options(
            String scoredOutput,
            Map<String, FloatTensor> masks,
            List<LossTerm> more,
            MaskSchedule schedule,
            Optional<CodeOptions> codes,
            Checkpoints checkpoints,
            String name,
            boolean keepsStart) {}

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
        this(
                student,
                teacher,
                task,
                training,
                loss,
                seed,
                new Options(
                        null,
                        Map.of(),
                        List.of(),
                        MaskSchedule.NONE,
                        Optional.empty(),
                        Checkpoints.NONE,
                        "",
                        true));
    }

    private FineTuning(
            FlatGraph student,
            FlatGraph teacher,
            Task task,
            Training training,
            DistillationLoss loss,
            long seed,
            Options options) {
        this.student = student;
        this.teacher = teacher;
        this.task = task;
        this.training = training;
        this.loss = loss;
        this.seed = seed;
        this.options = options;
    }

    private FineTuning with(Options other) {
        return new FineTuning(student, teacher, task, training, loss, seed, other);
    }

    /**
     * The same, with the labels applied to the output of this name; null for the default output of
     * the task.
     */
    public FineTuning withScoredOutput(String output) {
        return with(
                new Options(
                        output,
                        options.masks,
                        options.more,
                        options.schedule,
                        options.codes,
                        options.checkpoints,
                        options.name,
                        options.keepsStart));
    }

    /**
     * The same with pruning masks of 0 and 1, by the name of the weight's Const; a masked weight
     * stays 0.
     */
    public FineTuning withMasks(Map<String, FloatTensor> masks) {
        return with(
                new Options(
                        options.scoredOutput,
                        masks,
                        options.more,
                        options.schedule,
                        options.codes,
                        options.checkpoints,
                        options.name,
                        options.keepsStart));
    }

    /** The same with more terms in the loss, such as a regularisation of the weights. */
    public FineTuning withTerms(List<LossTerm> more) {
        return with(
                new Options(
                        options.scoredOutput,
                        options.masks,
                        List.copyOf(more),
                        options.schedule,
                        options.codes,
                        options.checkpoints,
                        options.name,
                        options.keepsStart));
    }

    /** The same with masks that change; they replace other masks of the same weights. */
    public FineTuning withMaskSchedule(MaskSchedule schedule) {
        return with(
                new Options(
                        options.scoredOutput,
                        options.masks,
                        options.more,
                        schedule,
                        options.codes,
                        options.checkpoints,
                        options.name,
                        options.keepsStart));
    }

    /** The same with {@linkplain Trainer#withCodes weights as codes}. */
    public FineTuning withCodes(CodeOptions codes) {
        return with(
                new Options(
                        options.scoredOutput,
                        options.masks,
                        options.more,
                        options.schedule,
                        Optional.of(codes),
                        options.checkpoints,
                        options.name,
                        options.keepsStart));
    }

    /** The same, {@linkplain Trainer#withoutStart where training helps} with a trained epoch. */
    public FineTuning withoutStart() {
        return with(
                new Options(
                        options.scoredOutput,
                        options.masks,
                        options.more,
                        options.schedule,
                        options.codes,
                        options.checkpoints,
                        options.name,
                        false));
    }

    /** The same, with checkpoints: an interrupted training of this name is resumed. */
    public FineTuning withCheckpoints(Checkpoints checkpoints, String name) {
        return with(
                new Options(
                        options.scoredOutput,
                        options.masks,
                        options.more,
                        options.schedule,
                        options.codes,
                        checkpoints,
                        name,
                        options.keepsStart));
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
            var trainer =
                    new Trainer(
                                    student,
                                    terms(train, new Teacher(original, train.size(), augmentation)),
                                    training,
                                    seed)
                            .withMasks(options.masks)
                            .withMaskSchedule(options.schedule)
                            .withCheckpoints(options.checkpoints, options.name);
            var coded = options.codes.map(trainer::withCodes).orElse(trainer);
            return (options.keepsStart ? coded : coded.withoutStart()).run(train, input, listener);
        }
    }

    List<LossTerm> terms(ImageSet train, Teacher outputs) {
        var losses = new TaskLosses(task, train, training).withScoredOutput(options.scoredOutput);
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
        terms.addAll(options.more);
        return terms;
    }
}
