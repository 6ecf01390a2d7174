package io.pitlane.data.task;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.graph.GraphSignature;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;

/**
 * Finds the output of a model that is scored for a task:
 *
 * <ul>
 *   <li>classification: class scores {@code [N, classes]} or {@code [N, 1, 1, classes]}, float;
 *       else class ids {@code [N]} or {@code [N, 1]}, int;
 *   <li>segmentation: scores {@code [N, H, W, classes]}, float; else ids {@code [N, H, W]} or
 *       {@code [N, H, W, 1]}, int;
 *   <li>regression: any float output;
 *   <li>detection: boxes {@code [N, K, 4]}, beside their scores and classes.
 * </ul>
 *
 * <p>Of several, one whose name contains {@code prob}, {@code softmax}, {@code logit} or {@code
 * score} is preferred, in this order; else the first by name. A float output with one score per
 * image or pixel stands for two classes.
 */
public final class ScoredOutput {
    private static final List<String> NAMES_OF_SCORES =
            List.of("prob", "softmax", "logit", "score");
    private static final Set<DataType> IDS =
            Set.of(DataType.DT_INT32, DataType.DT_INT64, DataType.DT_UINT8, DataType.DT_INT8);

    private ScoredOutput() {}

    /**
     * The scored output; empty if none fits the task.
     *
     * @param name name of the output in the plan; may be null
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the model has no
     *     output of that name, or that output does not fit the task
     */
    public static Optional<GraphSignature.Port> of(
            GraphSignature signature, Task task, String name) {
        return name == null
                ? fitting(signature, task).stream().findFirst()
                : Optional.of(named(signature, task, name));
    }

    /** Every output that fits the task, the best choice first. */
    public static List<GraphSignature.Port> fitting(GraphSignature signature, Task task) {
        if (task == Task.DETECTION) {
            return DetectionOutputs.of(signature, null).stream()
                    .map(DetectionOutputs::boxes)
                    .toList();
        }
        return signature.outputs().stream()
                .filter(port -> fits(port, task, signature))
                .sorted(
                        Comparator.comparingInt(
                                        (GraphSignature.Port port) -> preference(port, task))
                                .thenComparingInt(port -> namePriority(port.name())))
                .toList();
    }

    private static GraphSignature.Port named(GraphSignature signature, Task task, String name) {
        var names = signature.outputs().stream().map(GraphSignature.Port::name).toList();
        var port =
                signature.outputs().stream()
                        .filter(output -> output.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        invalidInput(
                                                "The model has no output '%s', as the plan's output"
                                                                .formatted(name)
                                                        + " says; it has "
                                                        + String.join(", ", names)
                                                        + ".",
                                                NearestName.advice(name, names)));
        boolean fits =
                task == Task.DETECTION
                        ? DetectionOutputs.of(signature, name).isPresent()
                        : fits(port, task, signature);
        if (!fits) {
            throw invalidInput(
                    "The output '%s' is %s, which cannot be scored as %s."
                            .formatted(name, describe(port), task.label()),
                    "Name an output of " + expected(task) + ".");
        }
        return port;
    }

    /** An output's element type and shape, for messages. */
    public static String describe(GraphSignature.Port port) {
        return (IDS.contains(port.dtype()) ? "int " : isFloat(port) ? "float " : "")
                + (port.shape() == null ? "of unknown shape" : port.shape());
    }

    /** The outputs that a task can be scored by, for messages. */
    public static String expected(Task task) {
        return switch (task) {
            case CLASSIFICATION -> "float scores [N, classes] or int class ids [N]";
            case SEGMENTATION -> "float scores [N, H, W, classes] or int class ids [N, H, W]";
            case REGRESSION -> "float values";
            case DETECTION -> "float boxes [N, K, 4] beside their scores and classes [N, K]";
        };
    }

    private static boolean fits(GraphSignature.Port port, Task task, GraphSignature signature) {
        var shape = port.shape();
        if (task == Task.REGRESSION || !isFloat(port) && !isIds(port)) {
            return isFloat(port);
        }
        if (shape == null) {
            return true;
        }
        int image = task == Task.CLASSIFICATION ? 1 : 3;
        boolean oneEach = shape.size() == image || shape.size() == image + 1 && last(shape) == 1;
        if (task == Task.SEGMENTATION && shape.size() == 3) {
            return isMap(shape, signature);
        }
        return isIds(port)
                ? oneEach
                : oneEach
                        || shape.size() == image + 1
                        || task == Task.CLASSIFICATION
                                && shape.size() == 4
                                && shape.get(1) == 1
                                && shape.get(2) == 1;
    }

    /**
     * Whether {@code [N, A, B]} has the proportions of the images, unlike {@code [N, H x W, B]}.
     */
    private static boolean isMap(List<Long> shape, GraphSignature signature) {
        return shape.get(1) < 0
                || shape.get(2) < 0
                || signature.inputs().stream()
                        .map(GraphSignature.Port::shape)
                        .filter(image -> image != null && image.size() >= 3)
                        .anyMatch(
                                image ->
                                        isProportionate(shape, image, 1)
                                                || image.size() == 4
                                                        && isProportionate(shape, image, 2));
    }

    private static boolean isProportionate(List<Long> shape, List<Long> image, int height) {
        long high = image.get(height);
        long wide = image.get(height + 1);
        return high < 0 || wide < 0 || shape.get(1) * wide == shape.get(2) * high;
    }

    private static int preference(GraphSignature.Port port, Task task) {
        if (isIds(port)) {
            return 1;
        }
        var shape = port.shape();
        boolean scores =
                task == Task.REGRESSION
                        || shape == null
                        || shape.size() == (task == Task.CLASSIFICATION ? 2 : 4)
                        || shape.size() == 4;
        return scores ? 0 : 2;
    }

    private static int namePriority(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < NAMES_OF_SCORES.size(); i++) {
            if (lower.contains(NAMES_OF_SCORES.get(i))) {
                return i;
            }
        }
        return NAMES_OF_SCORES.size();
    }

    private static long last(List<Long> shape) {
        return shape.get(shape.size() - 1);
    }

    public static boolean isIds(GraphSignature.Port port) {
        return IDS.contains(port.dtype());
    }

    public static boolean isFloat(GraphSignature.Port port) {
        return port.dtype() == DataType.DT_FLOAT || port.dtype() == DataType.DT_DOUBLE;
    }
}
