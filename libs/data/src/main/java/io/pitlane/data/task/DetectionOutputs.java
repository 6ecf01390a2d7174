package io.pitlane.data.task;

import io.pitlane.graph.GraphSignature;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The outputs of a detector after its own non-maximum suppression, as exported by the TensorFlow
 * Object Detection API.
 *
 * @param boxes float {@code [N, K, 4]}: ymin, xmin, ymax, xmax, relative to the image's height and
 *     width
 * @param scores float {@code [N, K]}
 * @param classes {@code [N, K]}
 * @param count number of valid detections of the K, {@code [N]}; null if all are valid
 */
public record DetectionOutputs(
        GraphSignature.Port boxes,
        GraphSignature.Port scores,
        GraphSignature.Port classes,
        GraphSignature.Port count) {

    /**
     * Recognises the outputs by name and shape; empty if one is missing.
     *
     * @param boxes name of the output of boxes; null to recognise it
     */
    public static Optional<DetectionOutputs> of(GraphSignature signature, String boxes) {
        var found =
                boxes == null
                        ? find(signature, List.of("box"), DetectionOutputs::isBoxes)
                        : find(
                                signature,
                                List.of(boxes.toLowerCase(Locale.ROOT)),
                                port -> port.name().equals(boxes) && isBoxes(port));
        var scores =
                find(
                        signature,
                        List.of("score", "conf"),
                        port -> ScoredOutput.isFloat(port) && hasRank(port, 2));
        var classes = find(signature, List.of("class", "label"), port -> hasRank(port, 2));
        var count = find(signature, List.of("num", "valid"), port -> hasRank(port, 1));
        return found.isPresent() && scores.isPresent() && classes.isPresent()
                ? Optional.of(
                        new DetectionOutputs(
                                found.get(), scores.get(), classes.get(), count.orElse(null)))
                : Optional.empty();
    }

    private static Optional<GraphSignature.Port> find(
            GraphSignature signature, List<String> words, Predicate<GraphSignature.Port> which) {
        return signature.outputs().stream()
                .filter(port -> ScoredOutput.isFloat(port) || ScoredOutput.isIds(port))
                .filter(port -> words.stream().anyMatch(lower(port)::contains))
                .filter(which)
                .min(
                        Comparator.comparing(
                                (GraphSignature.Port port) -> lower(port).contains("raw")));
    }

    private static String lower(GraphSignature.Port port) {
        return port.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isBoxes(GraphSignature.Port port) {
        return ScoredOutput.isFloat(port)
                && hasRank(port, 3)
                && (port.shape() == null || port.shape().get(2) == 4 || port.shape().get(2) < 0);
    }

    private static boolean hasRank(GraphSignature.Port port, int rank) {
        return port.shape() == null || port.shape().size() == rank;
    }
}
