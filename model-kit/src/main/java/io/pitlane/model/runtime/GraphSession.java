package io.pitlane.model.runtime;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;

/**
 * A flat graph ready to run: feeds its one input and fetches any of its tensors.
 *
 * <pre>{@code
 * try (var session = GraphSession.open(graph)) {
 *     FloatTensor relu = session.run(batch, TensorRef.of("relu1"));
 * }
 * }</pre>
 *
 * <p>Thread-safe; close it, for it holds native memory.
 */
public final class GraphSession implements AutoCloseable {
    private final FlatGraph flat;
    private final Graph graph;
    private final Session session;
    private final Map<TensorRef, Output<?>> taps = new ConcurrentHashMap<>();

    private GraphSession(FlatGraph flat, Graph graph, Session session) {
        this.flat = flat;
        this.graph = graph;
        this.session = session;
    }

    /** Loads a graph into TensorFlow. */
    public static GraphSession open(FlatGraph flat) {
        var config = TensorFlowRuntime.sessionConfig();
        var graph = new Graph();
        try {
            graph.importGraphDef(flat.toGraphDef());
            return new GraphSession(flat, graph, new Session(graph, config));
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    /** The signature's outputs, in its order, for one batch. */
    public List<FloatTensor> run(FloatTensor input) {
        return run(input, flat.signature().outputs().stream().map(port -> port.tensor()).toList());
    }

    /** One tensor for one batch. */
    public FloatTensor run(FloatTensor input, TensorRef fetch) {
        return run(input, List.of(fetch)).get(0);
    }

    /**
     * Several tensors for one batch, from one pass through the graph.
     *
     * @param input the batch, in the shape that the signature's input says
     * @throws IllegalArgumentException when a tensor is not of float32, or the graph has not
     *     exactly one input
     */
    public List<FloatTensor> run(FloatTensor input, List<TensorRef> fetches) {
        var runner = session.runner();
        fetches.forEach(fetch -> runner.fetch(fetchable(fetch)));
        try (var fed = Tensors.toNative(input);
                var result = runner.feed(inputName(), fed).run()) {
            var fetched = new ArrayList<FloatTensor>(fetches.size());
            for (int i = 0; i < fetches.size(); i++) {
                fetched.add(Tensors.toJava(result.get(i)));
            }
            return List.copyOf(fetched);
        }
    }

    private Output<?> fetchable(TensorRef tensor) {
        boolean output =
                flat.signature().outputs().stream().anyMatch(port -> port.tensor().equals(tensor));
        return output ? made(tensor) : taps.computeIfAbsent(tensor, this::tap);
    }

    private Output<?> made(TensorRef tensor) {
        return graph.operation(tensor.node()).output(tensor.index());
    }

    /**
     * A second use of a tensor inside the graph. Without it TensorFlow fuses a convolution, its
     * bias and activations such as LeakyRelu or swish into one node even where a tensor between
     * them is fetched, which then is not there.
     */
    private Output<?> tap(TensorRef tensor) {
        return graph.opBuilder(
                        "Identity",
                        "fetched/" + tensor.node() + "/" + tensor.index(),
                        graph.baseScope())
                .addInput(made(tensor))
                .build()
                .output(0);
    }

    private String inputName() {
        var inputs = flat.signature().inputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("the model has " + inputs.size() + " inputs, not 1");
        }
        return inputs.get(0).tensor().withIndex();
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
