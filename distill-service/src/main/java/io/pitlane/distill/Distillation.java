package io.pitlane.distill;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.Accuracy;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.runtime.GraphSession;
import io.pitlane.model.train.Teacher;
import io.pitlane.model.train.Trained;
import io.pitlane.model.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains a student.
 *
 * <p>1. The student learns from the teacher. 2. Where more generations are asked for, each starts
 * anew and learns from the one before ("Born-Again Neural Networks", Furlanello et al. 2018); the
 * generation that does best on the images set aside is kept. 3. Where an ablation is asked for, the
 * same student is trained without a teacher as well, for as long and from the same start.
 */
final class Distillation {
    private final Classroom classroom;
    private final DistillationLosses losses;
    private final SetAside setAside;
    private final TrainingListener listener;
    private final int trainings;
    private int trained;

    Distillation(
            Classroom classroom,
            DistillationLosses losses,
            SetAside setAside,
            TrainingListener listener) {
        this.classroom = classroom;
        this.losses = losses;
        this.setAside = setAside;
        this.listener = listener;
        this.trainings =
                classroom.options().generations() + (classroom.options().ablation() ? 1 : 0);
    }

    /**
     * A student that has learnt.
     *
     * @param graph with the trained weights
     * @param notes what was learnt from whom, and how well
     */
    record Graduate(FlatGraph graph, List<String> notes) {}

    /** A generation, and how right it is on the images set aside. */
    private record Generation(int number, FlatGraph graph, Optional<Accuracy.Headline> score) {
        boolean isBetterThan(Generation other) {
            return score.isEmpty() || !SetAside.isAsGood(other.score().orElseThrow(), score.get());
        }
    }

    /**
     * Trains.
     *
     * @param teacher whom the first generation follows; of the student's signature
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when there is nothing to learn
     *     from, an ablation has nothing to learn from or to be judged by, or training diverges
     */
    Graduate run(Student student, FlatGraph teacher) {
        var notes = new ArrayList<String>();
        if (classroom.options().ablation()) {
            requireJudge(student);
        }
        var best = generations(student, teacher, notes);
        if (classroom.options().ablation()) {
            notes.add(ablation(student, best));
        } else {
            best.score()
                    .ifPresent(
                            score ->
                                    notes.add("on the images set aside: " + SetAside.shown(score)));
        }
        return new Graduate(best.graph(), notes);
    }

    private void requireJudge(Student student) {
        losses.alone(student.graph());
        if (setAside.images().isEmpty()) {
            throw invalidInput(
                    "ablation compares on images set aside, and none are: fewer than 200 training"
                            + " images, or training.validation is 0.",
                    "Give more training images, set training.validation above 0, or set ablation to"
                            + " false.");
        }
    }

    private Generation generations(Student student, FlatGraph teacher, List<String> notes) {
        int count = classroom.options().generations();
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
        int count = classroom.options().generations();
        var start = student.start(classroom.seed() + number - 1);
        var name = "generation-" + number;
        var prefix = count > 1 ? "generation %d of %d: ".formatted(number, count) : "";
        Trained result;
        try (var session = GraphSession.open(teacher, classroom.input().spec())) {
            var augmentation = classroom.options().training().augmentation();
            var asked = new Teacher(session, classroom.images().size(), augmentation);
            var chosen = losses.following(start, teacher, asked);
            if (number == 1) {
                notes.addAll(chosen.notes());
            }
            result = classroom.train(start, chosen.terms(), name, next(prefix));
        }
        var score = setAside.score(result.graph());
        if (count > 1) {
            score.ifPresent(figure -> notes.add(prefix + SetAside.shown(figure)));
        }
        notes.addAll(remarks(prefix, result));
        return new Generation(number, result.graph(), score);
    }

    private String ablation(Student student, Generation distilled) {
        var start = student.start(classroom.seed());
        var alone = classroom.train(start, losses.alone(start), "alone", next("student alone: "));
        var score = setAside.score(alone.graph()).orElseThrow();
        return "student alone %s, distilled %s on the images set aside"
                .formatted(SetAside.shown(score), SetAside.shown(distilled.score().orElseThrow()));
    }

    private static List<String> remarks(String prefix, Trained result) {
        var remarks = new ArrayList<String>();
        if (result.epochs() > 0 && result.bestEpoch() == 0) {
            remarks.add(prefix + "no epoch was better than the start, which is kept");
        }
        if (result.halvings() > 0) {
            remarks.add(
                    prefix
                            + "the learning rate was halved %d times, because the loss stopped being a number"
                                    .formatted(result.halvings()));
        }
        return remarks;
    }

    /** Hears the next training, as its share of all of them. */
    private TrainingListener next(String prefix) {
        int before = trained++;
        return (fraction, message) ->
                listener.at((before + fraction) / trainings, prefix + message);
    }
}
