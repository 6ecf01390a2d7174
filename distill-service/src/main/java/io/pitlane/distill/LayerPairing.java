package io.pitlane.distill;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.step.DistillStep.Transfer;
import io.pitlane.graph.TensorRef;
import io.pitlane.training.feature.FeatureMap;
import io.pitlane.training.feature.FeatureMaps;
import io.pitlane.training.feature.LayerPair;
import java.util.List;

/**
 * Pairs layers of the student with layers of the teacher, where the plan names none.
 *
 * <p>Candidates are the last feature maps of each height and width on the way to the output; maps
 * of the same size in both models form a pair.
 */
final class LayerPairing {
    private final FeatureMaps student;
    private final FeatureMaps teacher;
    private final TensorRef studentHead;
    private final TensorRef teacherHead;

    /**
     * @param studentHead the output that the student's maps lead to
     * @param teacherHead the output that the teacher's maps lead to
     */
    LayerPairing(
            FeatureMaps student,
            TensorRef studentHead,
            FeatureMaps teacher,
            TensorRef teacherHead) {
        this.student = student;
        this.teacher = teacher;
        this.studentHead = studentHead;
        this.teacherHead = teacherHead;
    }

    /** The pair in the middle of the network, as in FitNets. */
    List<LayerPair> hints(Transfer options) {
        if (options.pairs() != null) {
            return named(options);
        }
        var sameSize = sameSize();
        if (sameSize.isEmpty()) {
            throw noPairs("hints");
        }
        return List.of(sameSize.get(sameSize.size() / 2));
    }

    /** Every pair of maps with more than one position. */
    List<LayerPair> attention(Transfer options) {
        if (options.pairs() != null) {
            return named(options);
        }
        var maps = sameSize().stream().filter(pair -> pair.student().positions() > 1).toList();
        if (maps.isEmpty()) {
            throw noPairs("attention");
        }
        return maps;
    }

    private List<LayerPair> named(Transfer options) {
        return options.pairs().stream()
                .map(pair -> new LayerPair(student.at(pair.student()), teacher.at(pair.teacher())))
                .toList();
    }

    private List<LayerPair> sameSize() {
        var teacherMaps = teacher.stages(teacherHead);
        return student.stages(studentHead).stream()
                .flatMap(
                        map ->
                                teacherMaps.stream()
                                        .filter(map::hasSameSizeAs)
                                        .map(other -> new LayerPair(map, other)))
                .toList();
    }

    private RuntimeException noPairs(String option) {
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
