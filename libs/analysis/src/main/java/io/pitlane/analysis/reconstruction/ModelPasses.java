package io.pitlane.analysis.reconstruction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BiConsumer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Passes of the images through a model whose layers change in the order of the graph. What is
 * before a layer is final when the layer's turn comes: its values that later layers need are kept
 * in a file, and the passes begin there. Without it, the passes of a deep model would cost the
 * square of its depth.
 */
final class ModelPasses implements AutoCloseable {
    private final InputSpec input;
    private final Iterable<FloatTensor> batches;
    private final Path folder;
    private List<TensorRef> known = List.of();
    private Path values;

    /**
     * Passes from the start.
     *
     * @param folder for the file
     */
    ModelPasses(InputSpec input, Iterable<FloatTensor> batches, Path folder) {
        this.input = input;
        this.batches = batches;
        this.folder = folder;
    }

    /** Computes tensors for every batch, in the order of the batches. */
    void fetch(
            FlatGraph graph, List<TensorRef> tensors, BiConsumer<TensorRef, FloatTensor> consumer) {
        var part = between(graph, known, tensors);
        try (var session = GraphSession.open(part, input);
                var reader = values == null ? null : ActivationFile.read(values)) {
            for (var images : batches) {
                var fed = new LinkedHashMap<TensorRef, FloatTensor>();
                for (var tensor : known) {
                    var value = reader.next();
                    if (part.find(tensor.node()).isPresent()) {
                        fed.put(tensor, value);
                    }
                }
                session.run(images, fed, tensors, consumer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The part of a graph that computes tensors from known ones: a session holds copies of all
     * weights of its graph.
     */
    private static FlatGraph between(
            FlatGraph graph, List<TensorRef> known, List<TensorRef> tensors) {
        var editor = graph.edit();
        known.stream()
                .filter(tensor -> tensor.index() == 0)
                .forEach(tensor -> editor.put(placeholder(tensor.node())));
        var ends = new ArrayList<Port>();
        for (var tensor : tensors) {
            var end = editor.freshName("needed/" + tensor.node());
            editor.put(
                    NodeBuilder.of("Identity", end)
                            .input(tensor)
                            .type("T", DataType.DT_FLOAT)
                            .build());
            ends.add(new Port(end, TensorRef.of(end), DataType.DT_FLOAT, null));
        }
        return editor.outputs(ends).build();
    }

    private static NodeDef placeholder(String name) {
        return NodeBuilder.of("Placeholder", name).type("dtype", DataType.DT_FLOAT).build();
    }

    /** Lets the passes begin at a node: nothing before it changes any more. */
    void advance(FlatGraph graph, String node) {
        var crossing = crossing(graph, node);
        try {
            var file = Files.createTempFile(folder, "activations", null);
            try (var writer = ActivationFile.write(file)) {
                fetch(graph, crossing, (tensor, fetched) -> writer.add(fetched));
            }
            close();
            values = file;
            known = crossing;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The float tensors made before a node and read by it or behind it. */
    private List<TensorRef> crossing(FlatGraph graph, String node) {
        var before = new HashSet<String>();
        for (var each : graph.nodes()) {
            if (each.getName().equals(node)) {
                break;
            }
            before.add(each.getName());
        }
        try (var session = GraphSession.open(graph, input)) {
            return graph.nodes().stream()
                    .filter(each -> !before.contains(each.getName()))
                    .flatMap(each -> each.getInputList().stream())
                    .map(TensorRef::parse)
                    .filter(tensor -> before.contains(tensor.node()))
                    .filter(tensor -> isComputed(graph.node(tensor.node())))
                    .filter(session::isFloat)
                    .distinct()
                    .toList();
        }
    }

    private static boolean isComputed(NodeDef node) {
        return node.getInputCount() > 0;
    }

    @Override
    public void close() {
        if (values != null) {
            try {
                Files.delete(values);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
