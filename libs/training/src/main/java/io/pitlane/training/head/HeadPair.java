package io.pitlane.training.head;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * One output of the student and the corresponding tensor of the teacher.
 *
 * @param student head of the student
 * @param teacher tensor of the teacher that it is to match
 */
public record HeadPair(Head student, TensorRef teacher) {

    /**
     * Pairs the outputs that can be trained by name. Outputs with the same logits (logits,
     * probabilities, class) count once. An output of a selection, such as the boxes of a
     * non-maximum suppression, is replaced by the tensors that it selects from.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the teacher lacks an
     *     output of the student
     */
    public static List<HeadPair> of(FlatGraph student, FlatGraph teacher) {
        var seen = new HashSet<TensorRef>();
        return student.signature().outputs().stream()
                .flatMap(port -> pairs(student, teacher, port))
                .sorted(Comparator.comparing(pair -> pair.student().kind()))
                .filter(pair -> seen.add(pair.student().tensor()))
                .toList();
    }

    private static Stream<HeadPair> pairs(
            FlatGraph student, FlatGraph teacher, GraphSignature.Port port) {
        var head = HeadFinder.find(student, port);
        if (RawOutputs.isRaw(student, head.map(Head::tensor).orElse(port.tensor()))) {
            return head.stream()
                    .map(
                            h ->
                                    new HeadPair(
                                            h,
                                            Head.of(teacher, sameOutput(teacher, port)).tensor()));
        }
        return RawOutputs.before(student, port.tensor()).stream()
                .filter(raw -> teacher.find(raw.name()).isPresent())
                .flatMap(
                        raw ->
                                HeadFinder.find(student, raw).stream()
                                        .map(h -> new HeadPair(h, Head.of(teacher, raw).tensor())));
    }

    private static GraphSignature.Port sameOutput(FlatGraph teacher, GraphSignature.Port wanted) {
        return teacher.signature().outputs().stream()
                .filter(port -> port.name().equals(wanted.name()))
                .findFirst()
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The original has no output '" + wanted.name() + "'.",
                                        "Fine-tune a model with the outputs of the original."));
    }

    /** The same pair with {@link Head#asClassifier}. */
    public HeadPair asClassifier() {
        return new HeadPair(student.asClassifier(), teacher);
    }
}
