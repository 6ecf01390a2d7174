package io.pitlane.model.check;

import io.pitlane.model.graph.Attributes;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.model.graph.Operation;
import io.pitlane.model.graph.Operation.Kind;
import io.pitlane.model.graph.Operations;
import io.pitlane.model.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.proto.NodeDef;

/** What quantization can do: which layers have int8 kernels, and what stays float32 and why. */
final class QuantizeRemarks {
    private static final String NO_KERNEL = "there is no int8 kernel to gain from";

    private final FlatGraph graph;
    private final InferredShapes shapes;

    private QuantizeRemarks(FlatGraph graph) {
        this.graph = graph;
        this.shapes = InferredShapes.of(graph);
    }

    /**
     * The remarks.
     *
     * @param folded the model with batch norm folded
     */
    static List<String> of(FlatGraph folded) {
        return new QuantizeRemarks(folded).list();
    }

    private List<String> list() {
        var remarks = new ArrayList<String>();
        var floats = new TreeMap<String, Integer>();
        int int8 = 0;
        for (var node : graph.nodes()) {
            var operation = Operations.of(node);
            if (operation.kind() == Kind.LAYER && operation.hasInt8Kernel()) {
                var obstacle = obstacle(node);
                int8 += obstacle.isEmpty() ? 1 : 0;
                obstacle.ifPresent(why -> remarks.add(node.getName() + " stays float32: " + why));
            } else if (staysFloat(operation)) {
                floats.merge(node.getOp(), 1, Integer::sum);
            }
        }
        remarks.add(0, int8 + " convolutions and dense layers can run in int8.");
        floats.forEach(
                (op, nodes) ->
                        remarks.add(nodes + " x " + op + " stays float32: " + NO_KERNEL + "."));
        return remarks;
    }

    private static boolean staysFloat(Operation operation) {
        return switch (operation.kind()) {
            case LAYER, BATCH_NORM, RESIZE, ACTIVATION -> !operation.hasInt8Kernel();
            default -> false;
        };
    }

    private Optional<String> obstacle(NodeDef layer) {
        var attributes = Attributes.of(layer);
        if (!FloatTensor.isFloatConst(graph.input(layer, 1))) {
            return Optional.of("its weights are computed by the graph.");
        }
        if (!Operations.of(layer).isConvolution()) {
            return attributes.bool("transpose_a", false)
                    ? Optional.of("its input is transposed.")
                    : Optional.empty();
        }
        if (!attributes.channelsLast()) {
            return Optional.of("its data format is NCHW, and the int8 kernel takes NHWC.");
        }
        var input = shapes.of(TensorRef.parse(layer.getInput(0)));
        if (input.numDimensions() != 4 || input.get(3) < 0) {
            return Optional.of("its number of input channels is not known.");
        }
        return input.get(3) == FloatTensor.of(graph.input(layer, 1)).shape()[2]
                ? Optional.empty()
                : Optional.of("it is grouped, and the int8 kernel knows one group.");
    }
}
