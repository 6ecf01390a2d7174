package io.pitlane.graph.batch;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFUnimplementedException;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Makes the batch dimension of a model dynamic that was exported for a fixed number of images, as
 * {@code [128, 32, 32, 3]}.
 *
 * <ol>
 *   <li>{@link BatchRewriting} opens the placeholders, and the constants that repeat the batch
 *       size: sizes of reshapes, slices, fills and transposed convolutions, and values made for
 *       every image.
 *   <li>{@link BatchEquivalence} runs both graphs: at the fixed batch size, and image by image.
 *   <li>Where the outputs differ, or a node needs the fixed size, the model stays as it is.
 * </ol>
 *
 * @param graph the graph, with a dynamic batch where that is possible
 * @param note a sentence on what became of a fixed batch size; empty when there was none
 */
public record DynamicBatch(FlatGraph graph, Optional<String> note) {

    /** The model with a dynamic batch, or the same graph. */
    public static DynamicBatch of(FlatGraph graph) {
        var images = graph.signature().inputs().stream().filter(DynamicBatch::isBatch).toList();
        var sizes = images.stream().map(port -> port.shape().get(0)).collect(Collectors.toSet());
        if (sizes.isEmpty() || sizes.contains(-1L)) {
            return new DynamicBatch(graph, Optional.empty());
        }
        if (sizes.size() > 1) {
            return kept(graph, "The inputs " + names(images) + " have different batch sizes.");
        }
        return opened(graph, sizes.iterator().next());
    }

    private static DynamicBatch opened(FlatGraph graph, long size) {
        try {
            var rewriting = new BatchRewriting(graph, size);
            var dynamic = rewriting.run();
            var holder = rewriting.holder(dynamic);
            if (holder.isPresent()) {
                return kept(graph, size, holder.get());
            }
            var difference = new BatchEquivalence(graph, dynamic, size).difference();
            return difference
                    .map(reason -> kept(graph, size, reason))
                    .orElseGet(
                            () ->
                                    new DynamicBatch(
                                            dynamic,
                                            Optional.of(
                                                    "Exported for exactly %d image%s a call; its batch dimension is dynamic now, with the same outputs."
                                                            .formatted(
                                                                    size, size == 1 ? "" : "s"))));
        } catch (TensorFlowException | TFInvalidArgumentException | TFUnimplementedException e) {
            var line = e.getMessage().lines().findFirst().orElse("");
            return kept(graph, size, "TensorFlow refuses a dynamic batch (" + line + ")");
        }
    }

    private static DynamicBatch kept(FlatGraph graph, long size, String reason) {
        var single =
                graph.signature().inputs().stream()
                        .filter(MissingBatch::isLikely)
                        .map(
                                port ->
                                        " If %s is one image, the model has no batch dimension; export it as %s."
                                                .formatted(port.shape(), MissingBatch.export(port)))
                        .findFirst()
                        .orElse("");
        return kept(
                graph,
                "Takes exactly %d image%s a call: %s.%s"
                        .formatted(size, size == 1 ? "" : "s", reason, single));
    }

    private static DynamicBatch kept(FlatGraph graph, String note) {
        return new DynamicBatch(graph, Optional.of(note));
    }

    private static boolean isBatch(Port port) {
        return port.shape() != null && port.shape().size() >= 3;
    }

    private static String names(List<Port> ports) {
        return ports.stream().map(Port::name).collect(Collectors.joining(", "));
    }
}
