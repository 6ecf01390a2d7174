package io.pitlane.analysis.reconstruction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
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
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Passes of the images through a model whose layers change in the order of the graph. What is
 * before a layer is final when the layer's turn comes: its values that later layers need are kept
 * in a file, and the passes begin there. Without it, the passes of a deep model would cost the
 * square of its depth. Where the file would take more than a quarter of the free disk, the passes
 * begin where they began before.
 */
public final class ModelPasses implements AutoCloseable {
    private static final int SHARE_OF_DISK = 4;

    private final InputSpec input;
    private final Iterable<FloatTensor> batches;
    private final Path folder;
    private final long room;
    private List<TensorRef> known = List.of();
    private Path values;
    private int count;

    /**
     * Passes from the start.
     *
     * @param input which of several inputs takes the images
     * @param batches images, as the model takes them, the same ones each time
     * @param folder for the file
     */
    public ModelPasses(InputSpec input, Iterable<FloatTensor> batches, Path folder) {
        this(input, batches, folder, folder.toFile().getUsableSpace() / SHARE_OF_DISK);
    }

    /**
     * Passes from the start.
     *
     * @param room bytes for a file
     */
    ModelPasses(InputSpec input, Iterable<FloatTensor> batches, Path folder, long room) {
        this.input = input;
        this.batches = batches;
        this.folder = folder;
        this.room = room;
    }

    /** Computes tensors for every batch, in the order of the batches. */
    public void fetch(
            FlatGraph graph, List<TensorRef> tensors, BiConsumer<TensorRef, FloatTensor> consumer) {
        if (values != null && known.containsAll(tensors)) {
            read(tensors, consumer);
            return;
        }
        count = 0;
        var part = between(graph, known, tensors);
        try (var session = GraphSession.open(part, input);
                var reader = values == null ? null : ActivationFile.read(values)) {
            for (var images : batches) {
                count++;
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

    /** Tensors that the file has. */
    private void read(List<TensorRef> tensors, BiConsumer<TensorRef, FloatTensor> consumer) {
        try (var reader = ActivationFile.read(values)) {
            for (int batch = 0; batch < count; batch++) {
                for (var tensor : known) {
                    var value = reader.next();
                    if (tensors.contains(tensor)) {
                        consumer.accept(tensor, value);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The part of a graph that computes tensors from known ones: a session holds copies of all
     * weights of its graph. A node of several outputs stays, and its known ones are fed.
     */
    private static FlatGraph between(
            FlatGraph graph, List<TensorRef> known, List<TensorRef> tensors) {
        var editor = graph.edit();
        var read = graph.nodes().stream().flatMap(n -> n.getInputList().stream());
        var ofSeveralOutputs =
                Stream.of(read.map(TensorRef::parse), known.stream(), tensors.stream())
                        .flatMap(all -> all)
                        .filter(tensor -> tensor.index() > 0)
                        .map(TensorRef::node)
                        .collect(Collectors.toSet());
        known.stream()
                .map(TensorRef::node)
                .filter(node -> !ofSeveralOutputs.contains(node))
                .forEach(node -> editor.put(placeholder(node)));
        var ends = new ArrayList<GraphSignature.Port>();
        for (var tensor : tensors) {
            var end = editor.freshName("needed/" + tensor.node());
            editor.put(
                    NodeBuilder.of("Identity", end)
                            .input(tensor)
                            .type("T", DataType.DT_FLOAT)
                            .build());
            ends.add(new GraphSignature.Port(end, TensorRef.of(end), DataType.DT_FLOAT, null));
        }
        return editor.outputs(ends).build();
    }

    private static NodeDef placeholder(String name) {
        return NodeBuilder.of("Placeholder", name).type("dtype", DataType.DT_FLOAT).build();
    }

    /** Lets the passes begin at a node: nothing before it changes any more. */
    public void advance(FlatGraph graph, String node) {
        advance(graph, before(graph, node));
    }

    /** Lets the passes begin behind a node: neither it nor anything before it changes any more. */
    public void advanceBehind(FlatGraph graph, String node) {
        var before = before(graph, node);
        before.add(node);
        advance(graph, before);
    }

    private static Set<String> before(FlatGraph graph, String node) {
        return graph.nodes().stream()
                .map(NodeDef::getName)
                .takeWhile(name -> !name.equals(node))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void advance(FlatGraph graph, Set<String> before) {
        var crossing = crossing(graph, before);
        try {
            var file = Files.createTempFile(folder, "activations", null);
            boolean isKept = false;
            try {
                isKept = isWritten(file, graph, crossing);
            } finally {
                if (!isKept) {
                    Files.delete(file);
                }
            }
            if (isKept) {
                close();
                values = file;
                known = crossing;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep activations in " + folder, e);
        }
    }

    private boolean isWritten(Path file, FlatGraph graph, List<TensorRef> tensors)
            throws IOException {
        long[] left = {room};
        try (var writer = ActivationFile.write(file)) {
            fetch(
                    graph,
                    tensors,
                    (tensor, fetched) -> {
                        left[0] -= (long) Float.BYTES * fetched.values().length;
                        if (left[0] >= 0) {
                            writer.add(fetched);
                        }
                    });
        }
        return left[0] >= 0;
    }

    /** The float tensors made by some nodes and read by others, or given. */
    private List<TensorRef> crossing(FlatGraph graph, Set<String> before) {
        var read =
                graph.nodes().stream()
                        .filter(each -> !before.contains(each.getName()))
                        .flatMap(each -> each.getInputList().stream())
                        .map(TensorRef::parse);
        var given = graph.signature().outputs().stream().map(GraphSignature.Port::tensor);
        try (var session = GraphSession.open(graph, input)) {
            return Stream.concat(read, given)
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
