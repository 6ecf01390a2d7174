package io.pitlane.distill;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.loss.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains a student.
 *
 * <ol>
 *   <li>Train the student with the teacher.
 *   <li>With more than one generation, train each from its start with the one before as teacher
 *       ("Born-Again Neural Networks", Furlanello et al. 2018), and keep the generation that scores
 *       best on the validation split.
 *   <li>With an ablation, also train the same student without a teacher, from the same start and
 *       for as long.
 * </ol>
 */
final class Distillation {
    private final TrainingSetup setup;
    private final DistillationLosses losses;
    private final ValidationScorer validation;
    private final TrainingListener listener;
    private final int trainings;
    private int trained;

    Distillation(
            TrainingSetup setup,
            DistillationLosses losses,
            ValidationScorer validation,
            TrainingListener listener) {
        this.setup = setup;
        this.losses = losses;
        this.validation = validation;
        this.listener = listener;
        this.trainings = setup.options().generations() + (setup.options().ablation() ? 1 : 0);
    }

    /**
     * A trained student.
     *
     * @param graph with the trained weights
     * @param notes layer pairs, generations and scores
     */
    record DistilledModel(FlatGraph graph, List<String> notes) {}

    /** A generation, and its score on the validation split. */
    private record Generation(int number, FlatGraph graph, Optional<Accuracy.Headline> score) {
        boolean isBetterThan(Generation other) {
            return score.isEmpty()
                    || !ValidationScorer.isAsGood(other.score().orElseThrow(), score.get());
        }
    }

    /**
     * Trains the student.
     *
     * @param teacher the teacher of the first generation; has the student's signature
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when no loss applies, an
     *     ablation has no labels or no validation split, or training diverges
     */
    DistilledModel run(Student student, FlatGraph teacher) {
        var notes = new ArrayList<String>();
        if (setup.options().ablation()) {
            requireLabelsAndSplit(student);
        }
        var best = generations(student, teacher, notes);
        if (setup.options().ablation()) {
            notes.add(ablation(student, best));
        } else {
            best.score()
                    .ifPresent(
                            score ->
                                    notes.add(
                                            "on the validation split: "
                                                    + ValidationScorer.format(score)));
        }
        return new DistilledModel(best.graph(), notes);
    }

    private void requireLabelsAndSplit(Student student) {
        losses.withoutTeacher(student.graph());
        if (validation.images().isEmpty()) {
            throw invalidInput(
                    "ablation compares on the validation split, which is empty: there are fewer than"
                            + " 200 training images, or training.validation is 0.",
                    "Give more training images, set training.validation above 0, or set ablation to"
                            + " false.");
        }
    }

    private Generation generations(Student student, FlatGraph teacher, List<String> notes) {
        int count = setup.options().generations();
        var best = generation(1, student, teacher, notes);
        var last = best;
        for (int number = 2; number <= count; number++) {
            last = generation(number, student, last.graph(), notes);
            best = last.isBetterThan(best) ? last : best;
        }
        if (count > 1) {
            notes.add("kept: generation %d of %d".formatted(best.number(), count));
        }
        return best;
    }

    private Generation generation(
            int number, Student student, FlatGraph teacher, List<String> notes) {
        int count = setup.options().generations();
        var start = student.start(setup.seed() + number - 1);
        var name = "generation-" + number;
        var title = count > 1 ? "generation %d of %d".formatted(number, count) : null;
        var prefix = title == null ? "" : title + ": ";
        TrainedModel result;
        try (var session = GraphSession.open(teacher, setup.input().spec())) {
            var augmentation = setup.options().training().augmentation();
            var runnable = new Teacher(session, setup.images().size(), augmentation);
            var selected = losses.withTeacher(start, teacher, runnable);
            if (number == 1) {
                notes.addAll(selected.notes());
            }
            result = setup.train(start, selected.terms(), name, nextListener(title));
        }
        var score = validation.score(result.graph());
        if (count > 1) {
            score.ifPresent(figure -> notes.add(prefix + ValidationScorer.format(figure)));
        }
        notes.addAll(trainingNotes(prefix, result));
        return new Generation(number, result.graph(), score);
    }

    private String ablation(Student student, Generation distilled) {
        var start = student.start(setup.seed());
        var alone =
                setup.train(
                        start,
                        losses.withoutTeacher(start),
                        "alone",
                        nextListener("student alone"));
        var score = validation.score(alone.graph()).orElseThrow();
        return "student alone %s, distilled %s on the validation split"
                .formatted(
                        ValidationScorer.format(score),
                        ValidationScorer.format(distilled.score().orElseThrow()));
    }

    private static List<String> trainingNotes(String prefix, TrainedModel result) {
        var notes = new ArrayList<String>();
        if (result.epochs() > 0 && result.bestEpoch() == 0) {
            notes.add(prefix + "no epoch was better than the start, which is kept");
        }
        if (result.halvings() > 0) {
            notes.add(
                    prefix
                            + "the learning rate was halved %d times, because the loss was not finite"
                                    .formatted(result.halvings()));
        }
        result.microBatchNote().ifPresent(note -> notes.add(prefix + note));
        return notes;
    }

    /**
     * Reports the progress of the next training as its share of all trainings.
     *
     * @param title of the training; null for the only one
     */
    private TrainingListener nextListener(String title) {
        int before = trained++;
        return (fraction, message, loss) ->
                listener.onProgress(
                        (before + fraction) / trainings,
                        title == null ? message : title + ": " + message,
                        title == null ? loss : TrainingLoss.in(title, loss));
    }
}
