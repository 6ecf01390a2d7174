package io.pitlane.distill.loss;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.DistillStep.Transfer;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.train.FeatureMap;
import io.pitlane.model.train.FeatureMaps;
import io.pitlane.model.train.LayerPair;
import java.util.List;

/**
 * Chooses which layer of the student follows which layer of the teacher, where the plan does not.
 *
 * <p>Candidates are the last maps of each height and width on the way to the output; those of one
 * size in both models make a pair.
 */
final class LayerChoice {
    private final FeatureMaps student;
    private final FeatureMaps teacher;
    private final TensorRef studentHead;
    private final TensorRef teacherHead;

    /**
     * @param studentHead what the student's maps lead to
     * @param teacherHead what the teacher's maps lead to
     */
    LayerChoice(
            FeatureMaps student,
            TensorRef studentHead,
            FeatureMaps teacher,
            TensorRef teacherHead) {
        this.student = student;
        this.teacher = teacher;
        this.studentHead = studentHead;
        this.teacherHead = teacherHead;
    }

    /** The pair in the middle of the network, as FitNets has it. */
    List<LayerPair> hints(Transfer options) {
        if (options.pairs() != null) {
            return named(options);
        }
        var alike = alike();
        if (alike.isEmpty()) {
            throw none("hints");
        }
        return List.of(alike.get(alike.size() / 2));
    }

    /** Every pair of maps with more than one position. */
    List<LayerPair> attention(Transfer options) {
        if (options.pairs() != null) {
            return named(options);
        }
        var maps = alike().stream().filter(pair -> pair.student().positions() > 1).toList();
        if (maps.isEmpty()) {
            throw none("attention");
        }
        return maps;
    }

    private List<LayerPair> named(Transfer options) {
        return options.pairs().stream()
                .map(pair -> new LayerPair(student.at(pair.student()), teacher.at(pair.teacher())))
                .toList();
    }

    private List<LayerPair> alike() {
        var guides = teacher.stages(teacherHead);
        return student.stages(studentHead).stream()
                .flatMap(
                        map ->
                                guides.stream()
                                        .filter(map::isAsLargeAs)
                                        .map(guide -> new LayerPair(map, guide)))
                .toList();
    }

    private RuntimeException none(String option) {
        return invalidInput(
                "%s: student and teacher have no feature maps of the same height and width: %s and %s."
                        .formatted(
                                option,
                                sizes(student.stages(studentHead)),
                                sizes(teacher.stages(teacherHead))),
                "Name the layers in " + option + ".pairs.");
    }

    private static List<String> sizes(List<FeatureMap> maps) {
        return maps.stream().map(map -> map.height() + "x" + map.width()).toList();
    }
}
