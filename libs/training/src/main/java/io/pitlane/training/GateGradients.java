package io.pitlane.training;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training.QuantizationSteps;
import io.pitlane.data.ImageSet;
import io.pitlane.data.MemoryBudget;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.InputTensors;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Tensors;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.quantization.TrainableQuantizations;
import io.pitlane.training.weights.GradientFlow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/**
 * The gradient of the loss of each image with respect to gates: factors of 1 on the channels that a
 * layer reads (Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning", section
 * 3.2). It is the sum over a channel of activation times gradient: the change of the loss, to first
 * order, when the layer no longer reads the channel, with opposite sign.
 *
 * <p>Batch norm is in inference mode. Not thread-safe. Holds native memory: close it.
 */
public final class GateGradients implements AutoCloseable {
    /** More images at once are hardly faster. */
    private static final int BATCH = 32;

    private final FlatGraph model;
    private final List<LossTerm> terms;
    private final List<Gate> gates;
    private final ModelInputs inputs;
    private final TotalLoss loss;
    private final List<Output<TFloat32>> gradients = new ArrayList<>();
    private final Graph graph = new Graph();
    private final Session session;

    /**
     * Gates on one input of a layer.
     *
     * @param layer name of its node
     * @param slot which of its inputs
     * @param axis of the channels
     */
    public record Gate(String layer, int slot, int axis) {
        private String node() {
            return layer + "/pitlane_gate";
        }
    }

    /**
     * Builds the graph of the gradients.
     *
     * @param input how an image becomes the model's input
     * @param terms their sum is the loss
     * @throws MissingGradientException when no gradient reaches one of the gates
     */
    public GateGradients(FlatGraph model, InputSpec input, List<LossTerm> terms, List<Gate> gates) {
        this.model = model;
        this.terms = List.copyOf(terms);
        this.gates = List.copyOf(gates);
        var config = TensorFlowRuntime.sessionConfig();
        try {
            inputs = ModelInputs.of(model.signature(), input);
            var gated = gated();
            var flow =
                    GradientFlow.of(
                            gated, terms.stream().flatMap(t -> t.student().stream()).toList());
            gates.forEach(gate -> requireReached(gate, flow));
            var quantizations = new TrainableQuantizations(gated, flow, QuantizationSteps.FIXED);
            graph.importGraphDef(
                    GroupedGradients.differentiable(quantizations.differentiable()).toGraphDef());
            var tf = Ops.create(graph).withSubScope("pitlane_gates");
            loss = TotalLoss.forTraining(graph, tf, terms, false);
            differentiate(tf);
            session = new Session(graph, config);
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    /** The model with a node of its own for each gated input: other uses of a tensor are not. */
    private FlatGraph gated() {
        var editor = model.edit();
        for (var gate : gates) {
            var source = model.node(gate.layer()).getInput(gate.slot());
            editor.put(
                    NodeBuilder.of("Identity", gate.node())
                            .input(source)
                            .type("T", DataType.DT_FLOAT)
                            .build());
            editor.setInput(gate.layer(), gate.slot(), TensorRef.of(gate.node()));
        }
        return editor.build();
    }

    private static void requireReached(Gate gate, GradientFlow flow) {
        if (!flow.nodes().contains(gate.node())) {
            var blocking =
                    flow.withoutGradient().stream()
                            .map(node -> "'%s' (%s)".formatted(node.getName(), node.getOp()))
                            .findFirst();
            throw new MissingGradientException(
                    "No gradient of the loss reaches the layer '%s'%s."
                            .formatted(
                                    gate.layer(),
                                    blocking.map(node -> ", blocked by " + node).orElse("")));
        }
    }

    private void differentiate(Ops tf) {
        var tensors = gates.stream().map(gate -> output(gate.node())).toArray(Output<?>[]::new);
        int next = 0;
        for (var gradient : gradients(tensors)) {
            var gate = gates.get(next);
            var tensor = output(gate.node());
            next++;
            var shape = tensor.shape();
            if (shape.isUnknown()) {
                throw new MissingGradientException(
                        "The input of the layer '%s' has no known number of dimensions."
                                .formatted(gate.layer()));
            }
            var axes =
                    IntStream.range(1, shape.numDimensions())
                            .filter(axis -> axis != gate.axis())
                            .toArray();
            gradients.add(
                    tf.reduceSum(
                                    tf.math.mul(tensor, gradient.expect(TFloat32.class)),
                                    tf.constant(axes))
                            .asOutput());
        }
    }

    private Output<?>[] gradients(Output<?>[] tensors) {
        try {
            return graph.addGradients(loss.sum(), tensors);
        } catch (TensorFlowException e) {
            throw new MissingGradientException(
                    "The gradient of the loss cannot be computed: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Output<TFloat32> output(String node) {
        return graph.operation(node).output(0);
    }

    /**
     * The gradients for each image of a set.
     *
     * @param progress share of the images that are done, 0..1
     * @param consumer is given the gradients of one image, {@code [gates][C]}
     * @throws MissingGradientException when the images of a batch cannot be told apart
     */
    public void forEach(
            ImageSet images,
            Preprocessor input,
            DoubleConsumer progress,
            Consumer<double[][]> consumer) {
        int done = 0;
        try (var stream = new Batches(images, input, batch(images, input)).inOrder()) {
            for (var batch = stream.next(); batch != null; batch = stream.next()) {
                Arrays.stream(of(batch)).forEach(consumer);
                done += batch.size();
                progress.accept((double) done / images.size());
            }
        }
    }

    private int batch(ImageSet images, Preprocessor input) {
        var port = ModelInputs.of(model.signature(), input.spec()).image();
        var image = input.batch(images, new int[] {0}).shape();
        return TrainingMemory.of(model, port.name(), image, terms)
                .microBatch(BATCH, MemoryBudget.ofProcess());
    }

    /** The gradients of the loss of each image of a batch, {@code [N][gates][C]}. */
    public double[][][] of(Batch batch) {
        var open = new ArrayList<Tensor>();
        try (var tensors = InputTensors.of(inputs, batch.images())) {
            var runner = session.runner();
            tensors.into(runner);
            loss.feed(runner, batch, 0, open);
            gradients.forEach(runner::fetch);
            try (var result = runner.run()) {
                var byImage = new double[batch.size()][gradients.size()][];
                for (int gate = 0; gate < gradients.size(); gate++) {
                    split(Tensors.toJava((TFloat32) result.get(gate)), gate, batch, byImage);
                }
                return byImage;
            }
        } finally {
            open.forEach(Tensor::close);
        }
    }

    /**
     * Gives each image its rows of the gradients {@code [rows, C]}, summed: several where a reshape
     * made positions of an image to rows.
     */
    private void split(FloatTensor fetched, int gate, Batch batch, double[][][] byImage) {
        int images = batch.indices().length;
        int channels = (int) fetched.shape()[fetched.rank() - 1];
        int rows = fetched.values().length / channels;
        if (rows % images != 0) {
            throw new MissingGradientException(
                    "The layer '%s' reads %d rows for %d images: they cannot be told apart."
                            .formatted(gates.get(gate).layer(), rows, images));
        }
        for (int image = 0; image < byImage.length; image++) {
            var sums = new double[channels];
            int first = image * (rows / images) * channels;
            for (int i = 0; i < rows / images * channels; i++) {
                // The loss is the mean over the images.
                sums[i % channels] += (double) images * fetched.values()[first + i];
            }
            byImage[image][gate] = sums;
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
        TensorFlowRuntime.releaseMemory();
    }
}
