package io.pitlane.model.train;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.FineTune;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.eval.ClassScores;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.GraphSession;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses what fine-tuning minimises: with labels, the class scores get the cross-entropy with them
 * and soft targets; an output behind softmax or sigmoid gets soft targets; one without activation
 * follows the teacher's values.
 */
final class Losses {
    private final FineTune options;
    private final ImageSet train;
    private final GraphSession teacher;

    Losses(FineTune options, ImageSet train, GraphSession teacher) {
        this.options = options;
        this.train = train;
        this.teacher = teacher;
    }

    /**
     * The terms for a student.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when there is nothing to learn
     *     from
     */
    List<LossTerm> of(FlatGraph student, FlatGraph original) {
        var terms = new ArrayList<LossTerm>();
        var scores = train.labels().map(labels -> scores(student)).orElse(null);
        for (var pair : HeadPair.of(student, original)) {
            if (pair.student().tensor().equals(scores)) {
                addForClasses(pair.asClassifier(), terms);
            } else {
                addForTeacher(pair, terms);
            }
        }
        if (terms.isEmpty()) {
            throw invalidInput(
                    "The training images have no labels and fineTune.softTargets is 0.",
                    "Set fineTune.softTargets above 0.");
        }
        return terms;
    }

    private static TensorRef scores(FlatGraph student) {
        return Head.of(student, ClassScores.of(student.signature())).tensor();
    }

    private void addForClasses(HeadPair pair, List<LossTerm> terms) {
        if (options.labels() > 0) {
            var labels = train.labels().orElseThrow();
            terms.add(new LabelLoss(pair.student(), options.labels(), labels));
        }
        addForTeacher(pair, terms);
    }

    private void addForTeacher(HeadPair pair, List<LossTerm> terms) {
        if (options.softTargets() > 0) {
            var from = new Teacher(teacher, pair.teacher(), train.size());
            terms.add(
                    pair.student().kind() == Head.Kind.LINEAR
                            ? new SquaredErrorLoss(pair.student(), options.softTargets(), from)
                            : new SoftTargetLoss(
                                    pair.student(),
                                    options.softTargets(),
                                    options.temperature(),
                                    from));
        }
    }
}
