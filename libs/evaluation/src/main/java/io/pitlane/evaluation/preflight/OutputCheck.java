package io.pitlane.evaluation.preflight;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/** Checks that constraints and annotations fit the scored output of a model. */
final class OutputCheck {
    private final FlatGraph model;
    private final Task task;
    private final Optional<GraphSignature.Port> scored;

    /**
     * Finds the scored output.
     *
     * @param output name of the output in the plan; may be null
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when that output does not
     *     fit the task
     */
    OutputCheck(FlatGraph model, Task task, String output) {
        this.model = model;
        this.task = task;
        this.scored = ScoredOutput.of(model.signature(), task, output);
    }

    /**
     * Checks that the constraints can be evaluated.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when they need a scored
     *     output that the model does not have, or name a class that it does not have
     */
    void checkConstraints(Constraints constraints) {
        if (scored.isEmpty() && (constraints.needLabels() || constraints.minAgreement() != null)) {
            throw invalidInput(
                    nothingScored() + " So the constraints cannot be judged.",
                    "Use maxRelativeL2, or export the model with such an output.");
        }
        classes()
                .ifPresent(
                        count ->
                                constraints.classes().keySet().stream()
                                        .filter(index -> index >= count)
                                        .sorted()
                                        .findFirst()
                                        .ifPresent(index -> refuseClass(index, count)));
    }

    private static void refuseClass(int index, int classes) {
        throw invalidInput(
                "constraints.classes names class %d, but the model has %d classes (0 to %d)."
                        .formatted(index, classes, classes - 1),
                "Name a class that the model has.");
    }

    /**
     * Checks the annotations of images.
     *
     * @param part {@code train} or {@code test}, for messages
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when they do not fit the
     *     task, have a class that the model does not have, or another number of targets than the
     *     output
     */
    void checkAnnotations(String part, ImageSet images) {
        if (images.annotations().isEmpty()) {
            return;
        }
        var known = images.annotations().get();
        if (!isOfTask(known)) {
            throw invalidInput(
                    "data.%s gives %s, which the task %s is not measured by."
                            .formatted(part, known.kind(), task.label()),
                    "Set task in the plan, or name data of its kind.");
        }
        if (scored.isEmpty() && task != Task.DETECTION) {
            throw invalidInput(
                    nothingScored(),
                    "Set task in the plan, or leave the labels out to measure by closeness to the"
                            + " original.");
        }
        classes().ifPresent(images::requireLabelsBelow);
        if (known instanceof Annotations.Values values) {
            checkWidth(part, values);
        }
    }

    private boolean isOfTask(Annotations known) {
        return switch (task) {
            case CLASSIFICATION -> known instanceof Annotations.Classes;
            case SEGMENTATION -> known instanceof Annotations.Masks;
            case DETECTION -> known instanceof Annotations.Boxes;
            case REGRESSION -> known instanceof Annotations.Values;
        };
    }

    private void checkWidth(String part, Annotations.Values values) {
        var shape = shape();
        boolean known =
                !shape.isUnknown()
                        && LongStream.of(shape.asArray()).skip(1).allMatch(size -> size >= 0);
        long width = known ? LongStream.of(shape.asArray()).skip(1).reduce(1, (a, b) -> a * b) : -1;
        if (known && width != values.width()) {
            throw invalidInput(
                    "The output '%s' gives %d values an image, but data.%s has %d targets."
                            .formatted(scored.orElseThrow().name(), width, part, values.width()),
                    "Name the output that goes with the targets in the plan's output.");
        }
    }

    private String nothingScored() {
        return "No output of the model is %s: %s."
                .formatted(
                        ScoredOutput.expected(task),
                        model.signature().outputs().stream()
                                .map(port -> port.name() + " " + ScoredOutput.describe(port))
                                .toList());
    }

    /** The number of classes; empty if it is unknown, as for class ids. */
    private Optional<Integer> classes() {
        boolean scores =
                scored.isPresent()
                        && scored.get().dtype() == DataType.DT_FLOAT
                        && List.of(Task.CLASSIFICATION, Task.SEGMENTATION).contains(task);
        if (!scores) {
            return Optional.empty();
        }
        var shape = shape();
        int singleScoreRank = task == Task.CLASSIFICATION ? 1 : 3;
        if (shape.isUnknown() || shape.get(-1) < 0 && shape.numDimensions() > singleScoreRank) {
            return Optional.empty();
        }
        long count = shape.numDimensions() == singleScoreRank ? 1 : shape.get(-1);
        return Optional.of(Math.toIntExact(Math.max(2, count)));
    }

    private Shape shape() {
        var written = scored.orElseThrow().shape();
        var inferred = InferredShapes.of(model).of(scored.get().tensor());
        if (written == null) {
            return inferred;
        }
        var sizes = written.stream().mapToLong(size -> size).toArray();
        for (int i = 0; i < sizes.length; i++) {
            boolean known = !inferred.isUnknown() && inferred.numDimensions() == sizes.length;
            sizes[i] = sizes[i] < 0 && known ? inferred.get(i) : sizes[i];
        }
        return Shape.of(sizes);
    }
}
