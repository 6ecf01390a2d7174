package io.pitlane.distill;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.DistillStep;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.training.feature.FeatureMaps;
import io.pitlane.training.feature.LayerPair;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.loss.AnnealedLoss;
import io.pitlane.training.loss.AttentionLoss;
import io.pitlane.training.loss.HintLoss;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TaskLosses;
import io.pitlane.training.loss.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds the loss of a student from the options of a step. */
final class DistillationLosses {
    private final DistillStep options;
    private final TaskLosses losses;
    private final Preprocessor input;
    private final ImageSet images;

    /**
     * Losses on one set of images.
     *
     * @param images the training images
     * @param input preprocessing for the models' input
     */
    DistillationLosses(DistillStep options, Plan plan, ImageSet images, Preprocessor input) {
        this.options = options;
        this.losses =
                new TaskLosses(plan.task(), images, options.training())
                        .withScoredOutput(plan.output());
        this.images = images;
        this.input = input;
    }

    /**
     * The loss of a training.
     *
     * @param terms the loss is their sum
     * @param notes which layers of student and teacher are paired
     */
    record Selection(List<LossTerm> terms, List<String> notes) {}

    /**
     * The loss of a student with a teacher.
     *
     * @param teacherGraph the teacher's graph
     * @param teacher the same, ready to run
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when nothing trains the
     *     outputs, or layers do not fit
     */
    Selection withTeacher(FlatGraph student, FlatGraph teacherGraph, Teacher teacher) {
        var loss = options.loss();
        var labels =
                loss.labels() > 0
                        ? losses.labels(student, loss.labels())
                        : Optional.<LossTerm>empty();
        var teacherTerms = new ArrayList<LossTerm>();
        var notes = new ArrayList<String>();
        if (loss.softTargets() > 0) {
            teacherTerms.addAll(
                    losses.distillation(
                            student,
                            teacherGraph,
                            teacher,
                            loss.softTargets(),
                            loss.temperature()));
        }
        if (labels.isEmpty() && teacherTerms.isEmpty()) {
            throw invalidInput(
                    "There are no labels to learn from and loss.softTargets is 0, so nothing trains"
                            + " the student's outputs.",
                    "Set loss.softTargets above 0.");
        }
        addLayers(student, teacherGraph, teacher, teacherTerms, notes);
        boolean isAnnealed = options.annealing() && labels.isPresent();
        var terms =
                Stream.concat(
                        labels.stream(),
                        teacherTerms.stream()
                                .map(term -> isAnnealed ? new AnnealedLoss(term) : term));
        return new Selection(terms.toList(), List.copyOf(notes));
    }

    private void addLayers(
            FlatGraph student,
            FlatGraph teacherGraph,
            Teacher teacher,
            List<LossTerm> terms,
            List<String> notes) {
        if (options.hints() == null && options.attention() == null) {
            return;
        }
        var head = HeadPair.of(student, teacherGraph).get(0);
        var pairing =
                new LayerPairing(
                        maps(student), head.student().tensor(), maps(teacherGraph), head.teacher());
        if (options.hints() != null) {
            var pairs = pairing.hints(options.hints());
            double weight = options.hints().weight() / pairs.size();
            pairs.forEach(pair -> terms.add(new HintLoss(pair, weight, teacher)));
            pairs.forEach(pair -> notes.add("hint: " + describe(pair)));
        }
        if (options.attention() != null) {
            var pairs = pairing.attention(options.attention());
            double weight = options.attention().weight() / pairs.size();
            pairs.forEach(pair -> terms.add(new AttentionLoss(pair, weight, teacher)));
            pairs.forEach(pair -> notes.add("attention: " + describe(pair)));
        }
    }

    private FeatureMaps maps(FlatGraph graph) {
        return FeatureMaps.of(graph, input.spec(), input.apply(images.sample(0)));
    }

    private static String describe(LayerPair pair) {
        return "%s follows the teacher's %s"
                .formatted(pair.student().tensor(), pair.teacher().tensor());
    }

    /**
     * The loss of the same student without a teacher.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there are no labels
     */
    List<LossTerm> withoutTeacher(FlatGraph student) {
        double labels = options.loss().labels();
        double weight = labels > 0 ? labels : 1;
        return List.of(
                losses.labels(student, weight)
                        .orElseThrow(
                                () ->
                                        invalidInput(
                                                "ablation trains the student without its teacher, from"
                                                        + " labels, and the training images have none.",
                                                "Name the labels in data.train, or set ablation to"
                                                        + " false.")));
    }
}
