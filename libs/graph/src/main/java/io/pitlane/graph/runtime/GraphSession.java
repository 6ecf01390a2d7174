package io.pitlane.graph.runtime;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.pass.GroupedConvolutions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.proto.DataType;

/**
 * Runs a flat graph: feeds a batch of images, gives other inputs the values of {@link ModelInputs},
 * and fetches any of its tensors.
 *
 * <pre>{@code
 * try (var session = GraphSession.open(graph)) {
 *     FloatTensor relu = session.run(batch, TensorRef.of("relu1"));
 * }
 * }</pre>
 *
 * <p>Thread-safe. Must be closed: it holds native memory.
 */
public final class GraphSession implements ImageModel, AutoCloseable {
    private final FlatGraph flat;
    private final ModelInputs inputs;
    private final Graph graph;
    private final Session session;
    private final Map<TensorRef, Output<?>> identities = new ConcurrentHashMap<>();

    private GraphSession(FlatGraph flat, ModelInputs inputs, Graph graph, Session session) {
        this.flat = flat;
        this.inputs = inputs;
        this.graph = graph;
        this.session = session;
    }

    /** Loads a graph into TensorFlow; of several inputs, the one shaped like images gets them. */
    public static GraphSession open(FlatGraph flat) {
        return open(flat, InputSpec.DEFAULT);
    }

    /**
     * Loads a graph into TensorFlow.
     *
     * @param input names the input for the images, where there are several
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when no input fits
     */
    public static GraphSession open(FlatGraph flat, InputSpec input) {
        var inputs = ModelInputs.of(flat.signature(), input);
        var config = TensorFlowRuntime.sessionConfig();
        var graph = new Graph();
        try {
            graph.importGraphDef(GroupedConvolutions.unfused(flat).toGraphDef());
            return new GraphSession(flat, inputs, graph, new Session(graph, config));
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    @Override
    public GraphSignature signature() {
        return flat.signature();
    }

    @Override
    public GraphSignature.Port input() {
        return inputs.image();
    }

    @Override
    public Outputs predict(FloatTensor images) {
        return predict(inputs.of(images));
    }

    /**
     * Every output for a batch, where the values of some tensors are known: what only they need is
     * not computed.
     *
     * @param known values of tensors that the signature does not name, for this batch
     */
    public Outputs predict(FloatTensor images, List<ModelInputs.InputValue> known) {
        var feeds = new ArrayList<>(inputs.of(images));
        feeds.addAll(known);
        return predict(feeds);
    }

    private Outputs predict(List<ModelInputs.InputValue> feeds) {
        var ports =
                flat.signature().outputs().stream()
                        .filter(port -> port.dtype() != DataType.DT_STRING)
                        .toList();
        var values = new ArrayList<FloatTensor>(ports.size());
        run(
                feeds,
                ports.stream().map(GraphSignature.Port::tensor).toList(),
                (tensor, value) -> values.add(value));
        var byName = new LinkedHashMap<String, FloatTensor>();
        for (int i = 0; i < ports.size(); i++) {
            byName.put(ports.get(i).name(), values.get(i));
        }
        return new Outputs(byName);
    }

    /**
     * The same model, with a value for a tensor that the signature does not name. It is not usable
     * after this session is closed.
     *
     * @param value fed with every batch, in addition to the inputs
     */
    public ImageModel with(ModelInputs.InputValue value) {
        return new ImageModel() {
            @Override
            public GraphSignature signature() {
                return flat.signature();
            }

            @Override
            public GraphSignature.Port input() {
                return inputs.image();
            }

            @Override
            public Outputs predict(FloatTensor images) {
                return GraphSession.this.predict(images, List.of(value));
            }
        };
    }

    /** The signature's outputs, in its order, for one batch. */
    public List<FloatTensor> run(FloatTensor images) {
        return run(images, flat.signature().outputs().stream().map(port -> port.tensor()).toList());
    }

    /** One tensor for one batch. */
    public FloatTensor run(FloatTensor images, TensorRef fetch) {
        return run(images, List.of(fetch)).get(0);
    }

    /**
     * Several tensors for one batch, from one run of the graph; integers are converted to floats.
     *
     * @param images the batch, in the shape of {@link #input()}
     * @throws IllegalArgumentException when a tensor is not numeric
     */
    public List<FloatTensor> run(FloatTensor images, List<TensorRef> fetches) {
        var fetched = new ArrayList<FloatTensor>(fetches.size());
        run(images, fetches, (tensor, values) -> fetched.add(values));
        return List.copyOf(fetched);
    }

    /**
     * Several tensors for one batch as {@link #run(FloatTensor, List)}, one after the other in
     * their order, so that the Java heap need not hold all of them.
     */
    public void run(
            FloatTensor images,
            List<TensorRef> fetches,
            BiConsumer<TensorRef, FloatTensor> consumer) {
        run(inputs.of(images), fetches, consumer);
    }

    /**
     * The same, where the values of some tensors are known: what only they need is not computed.
     *
     * @param known float tensors, for this batch
     */
    public void run(
            FloatTensor images,
            Map<TensorRef, FloatTensor> known,
            List<TensorRef> fetches,
            BiConsumer<TensorRef, FloatTensor> consumer) {
        var values = new ArrayList<ModelInputs.InputValue>();
        known.forEach((tensor, value) -> values.add(ModelInputs.InputValue.of(tensor, value)));
        run(images, values, fetches, consumer);
    }

    /** The same, where the values of some tensors are known, of any type. */
    public void run(
            FloatTensor images,
            List<ModelInputs.InputValue> known,
            List<TensorRef> fetches,
            BiConsumer<TensorRef, FloatTensor> consumer) {
        var feeds = new ArrayList<>(inputs.of(images));
        feeds.addAll(known);
        run(feeds, fetches, consumer);
    }

    /** Whether a tensor holds float32 values. */
    public boolean isFloat(TensorRef tensor) {
        return outputOf(tensor).dataType() == DataType.DT_FLOAT;
    }

    private void run(
            List<ModelInputs.InputValue> feeds,
            List<TensorRef> fetches,
            BiConsumer<TensorRef, FloatTensor> consumer) {
        var runner = session.runner();
        var fed = feeds.stream().map(feed -> feed.port().tensor()).toList();
        fetches.forEach(fetch -> runner.fetch(fetchable(fetch, fed)));
        try (var tensors = InputTensors.of(feeds)) {
            tensors.into(runner);
            try (var result = runner.run()) {
                for (int i = 0; i < fetches.size(); i++) {
                    consumer.accept(fetches.get(i), Tensors.toJava(result.get(i)));
                }
            }
        }
    }

    private Output<?> fetchable(TensorRef tensor, List<TensorRef> fed) {
        boolean output =
                flat.signature().outputs().stream().anyMatch(port -> port.tensor().equals(tensor));
        return output && !fed.contains(tensor)
                ? outputOf(tensor)
                : identities.computeIfAbsent(tensor, this::identity);
    }

    private Output<?> outputOf(TensorRef tensor) {
        return graph.operation(tensor.node()).output(tensor.index());
    }

    /**
     * A second use of a tensor inside the graph. Without it TensorFlow fuses a convolution, its
     * bias and activations such as LeakyRelu or swish into one node even where a tensor between
     * them is fetched, which then no longer exists.
     */
    private Output<?> identity(TensorRef tensor) {
        return graph.opBuilder(
                        "Identity",
                        "fetched/" + tensor.node() + "/" + tensor.index(),
                        graph.baseScope())
                .addInput(outputOf(tensor))
                .build()
                .output(0);
    }

    @Override
    public void close() {
        session.close();
        graph.close();
        TensorFlowRuntime.releaseMemory();
    }
}
