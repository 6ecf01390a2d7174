package io.pitlane.distill;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.DistillStep;
import io.pitlane.contract.Plan;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.train.AnnealedLoss;
import io.pitlane.model.train.AttentionLoss;
import io.pitlane.model.train.FeatureMaps;
import io.pitlane.model.train.HeadPair;
import io.pitlane.model.train.HintLoss;
import io.pitlane.model.train.LayerPair;
import io.pitlane.model.train.LossTerm;
import io.pitlane.model.train.Losses;
import io.pitlane.model.train.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The terms of a student's loss, as a step weighs them. */
final class DistillationLosses {
    private final DistillStep options;
    private final Losses losses;
    private final Preprocessor input;
    private final ImageSet images;

    /**
     * Losses on one set.
     *
     * @param images the training images
     * @param input how they become the models' input
     */
    DistillationLosses(DistillStep options, Plan plan, ImageSet images, Preprocessor input) {
        this.options = options;
        this.losses = new Losses(plan.task(), images, options.training()).scoring(plan.output());
        this.images = images;
        this.input = input;
    }

    /**
     * What training minimises, and what to say about it.
     *
     * @param terms the parts, whose sum is the loss
     * @param notes which layers follow which
     */
    record Chosen(List<LossTerm> terms, List<String> notes) {}

    /**
     * The loss of a student that follows a teacher.
     *
     * @param guide the teacher's graph
     * @param teacher the same, ready to be asked
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when nothing trains the outputs,
     *     or layers do not fit
     */
    Chosen following(FlatGraph student, FlatGraph guide, Teacher teacher) {
        var loss = options.loss();
        var labels =
                loss.labels() > 0
                        ? losses.labels(student, loss.labels())
                        : Optional.<LossTerm>empty();
        var taught = new ArrayList<LossTerm>();
        var notes = new ArrayList<String>();
        if (loss.softTargets() > 0) {
            taught.addAll(
                    losses.teacher(
                            student, guide, teacher, loss.softTargets(), loss.temperature()));
        }
        if (labels.isEmpty() && taught.isEmpty()) {
            throw invalidInput(
                    "There are no labels to learn from and loss.softTargets is 0, so nothing trains"
                            + " the student's outputs.",
                    "Set loss.softTargets above 0.");
        }
        addLayers(student, guide, teacher, taught, notes);
        boolean fades = options.annealing() && labels.isPresent();
        var terms =
                Stream.concat(
                        labels.stream(),
                        taught.stream().map(term -> fades ? new AnnealedLoss(term) : term));
        return new Chosen(terms.toList(), List.copyOf(notes));
    }

    private void addLayers(
            FlatGraph student,
            FlatGraph guide,
            Teacher teacher,
            List<LossTerm> terms,
            List<String> notes) {
        if (options.hints() == null && options.attention() == null) {
            return;
        }
        var head = HeadPair.of(student, guide).get(0);
        var choice =
                new LayerChoice(
                        maps(student), head.student().tensor(), maps(guide), head.teacher());
        if (options.hints() != null) {
            var pairs = choice.hints(options.hints());
            double weight = options.hints().weight() / pairs.size();
            pairs.forEach(pair -> terms.add(new HintLoss(pair, weight, teacher)));
            pairs.forEach(pair -> notes.add("hint: " + describe(pair)));
        }
        if (options.attention() != null) {
            var pairs = choice.attention(options.attention());
            double weight = options.attention().weight() / pairs.size();
            pairs.forEach(pair -> terms.add(new AttentionLoss(pair, weight, teacher)));
            pairs.forEach(pair -> notes.add("attention: " + describe(pair)));
        }
    }

    private FeatureMaps maps(FlatGraph graph) {
        return FeatureMaps.of(graph, input.spec(), input.apply(images.image(0)));
    }

    private static String describe(LayerPair pair) {
        return "%s follows the teacher's %s"
                .formatted(pair.student().tensor(), pair.teacher().tensor());
    }

    /**
     * The loss of the same student without a teacher.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when there are no labels
     */
    List<LossTerm> alone(FlatGraph student) {
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
