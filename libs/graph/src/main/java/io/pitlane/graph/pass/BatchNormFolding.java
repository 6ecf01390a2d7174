package io.pitlane.graph.pass;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.HardActivation;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Folds batch normalisation into the layer before it: wherever the output of a convolution or dense
 * layer is only ever scaled and shifted by constants per channel (batch norm for inference, a
 * product, sum, difference, quotient or bias), the scale goes into the weights and the shift into
 * one BiasAdd.
 *
 * <p>With batch norm {@code y = gamma (x - mean) / sqrt(variance + epsilon) + beta} the scale is
 * {@code gamma / sqrt(variance + epsilon)} and the shift {@code beta - mean * scale} (Jacob et al.,
 * Quantization and Training of Neural Networks, 2018, section 3.2). A layer whose output has
 * another use is left as it is, and so are the sums and products of a hard sigmoid, which engines
 * compute as one operation; weights that other layers share are copied.
 */
public final class BatchNormFolding {

    /** An equivalent graph with fewer nodes. */
    public FlatGraph apply(FlatGraph graph) {
        var edit = graph.edit();
        for (var node : graph.nodes()) {
            LayerKernel.of(graph, node)
                    .filter(LayerKernel::isPerOutputChannel)
                    .ifPresent(kernel -> fold(graph, kernel, edit));
        }
        return edit.build();
    }

    private static void fold(FlatGraph graph, LayerKernel kernel, GraphEditor edit) {
        var tail = affineTail(graph, kernel);
        if (tail.isEmpty() || (tail.size() == 1 && isBias(tail.get(0).node()))) {
            return;
        }
        var total = AffineMap.identity(kernel.outputChannels());
        for (var step : tail) {
            total = total.then(step.map());
        }
        putWeights(graph, kernel, total.scale(), edit);
        var bias = putBias(graph, kernel, tail, total.shift(), edit);
        edit.redirect(TensorRef.of(tail.get(tail.size() - 1).node().getName()), bias);
    }

    private static boolean isBias(NodeDef node) {
        return Operations.of(node).kind() == Kind.BIAS;
    }

    /** A node that scales and shifts, and how. */
    private record Step(NodeDef node, AffineMap map) {}

    private static List<Step> affineTail(FlatGraph graph, LayerKernel kernel) {
        var tail = new ArrayList<Step>();
        var next = nextStep(graph, kernel.layer(), kernel);
        while (next.isPresent()) {
            tail.add(next.get());
            next = nextStep(graph, next.get().node(), kernel);
        }
        return tail;
    }

    private static Optional<Step> nextStep(FlatGraph graph, NodeDef node, LayerKernel kernel) {
        var uses = graph.uses(node.getName());
        if (uses.size() != 1 || graph.isOutput(node.getName())) {
            return Optional.empty();
        }
        var consumer = uses.get(0).consumer();
        return onlyFirstOutputCounts(graph, consumer)
                        && HardActivation.startingAt(graph, consumer).isEmpty()
                ? AffineMap.of(graph, uses.get(0), kernel).map(map -> new Step(consumer, map))
                : Optional.empty();
    }

    /** Batch norm has further outputs, which are unused in inference. */
    private static boolean onlyFirstOutputCounts(FlatGraph graph, NodeDef node) {
        var inside =
                graph.uses(node.getName()).stream()
                        .map(use -> TensorRef.parse(use.consumer().getInput(use.slot())));
        var outside = graph.signature().outputs().stream().map(GraphSignature.Port::tensor);
        return inside.allMatch(tensor -> tensor.index() == 0)
                && outside.noneMatch(
                        tensor -> tensor.node().equals(node.getName()) && tensor.index() > 0);
    }

    private static void putWeights(
            FlatGraph graph, LayerKernel kernel, double[] scale, GraphEditor edit) {
        var name = ownName(graph, kernel.name(), edit);
        edit.put(kernel.scaled(scale).toConst(name));
        edit.setInput(kernel.layer().getName(), kernel.slot(), TensorRef.of(name));
    }

    private static TensorRef putBias(
            FlatGraph graph,
            LayerKernel kernel,
            List<Step> tail,
            double[] shift,
            GraphEditor edit) {
        var first = tail.get(0).node();
        var layerName = kernel.layer().getName();
        var values = new float[shift.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) shift[i];
        }
        var constant =
                isBias(first)
                        ? ownName(graph, graph.input(first, 1).getName(), edit)
                        : edit.freshName(layerName + "/bias");
        edit.put(new FloatTensor(values, values.length).toConst(constant));
        var name = isBias(first) ? first.getName() : edit.freshName(layerName + "/BiasAdd");
        edit.put(
                NodeBuilder.of("BiasAdd", name)
                        .input(layerName)
                        .input(constant)
                        .type("T", DataType.DT_FLOAT)
                        .string("data_format", kernel.channelsLast() ? "NHWC" : "NCHW")
                        .build());
        return TensorRef.of(name);
    }

    /** The constant's own name where it has no other use, so that layers keep their names. */
    private static String ownName(FlatGraph graph, String constant, GraphEditor edit) {
        return graph.uses(constant).size() == 1 && !graph.isOutput(constant)
                ? constant
                : edit.freshName(constant + "_folded");
    }
}
