package io.pitlane.quantize.block;

import io.pitlane.model.graph.Attributes;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.Operations;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** Reads a constant that is added to every output channel, in whichever form a graph says it. */
final class ConstantBias {
    private ConstantBias() {}

    /** The bias {@code [outputs]} that {@code node} adds to its one other input, if it does. */
    static Optional<FloatTensor> of(FlatGraph graph, NodeDef node, int outputs) {
        return switch (Operations.of(node).kind()) {
            case BIAS ->
                    Attributes.of(node).channelsLast()
                            ? perChannel(graph.input(node, 1), outputs, 1)
                            : Optional.empty();
            case ADDITION ->
                    node.getInputCount() == 2
                            ? perChannel(graph.input(node, 1), outputs, 1)
                                    .or(() -> perChannel(graph.input(node, 0), outputs, 1))
                            : Optional.empty();
            case SUBTRACTION -> perChannel(graph.input(node, 1), outputs, -1);
            default -> Optional.empty();
        };
    }

    private static Optional<FloatTensor> perChannel(NodeDef constant, int outputs, int sign) {
        if (!FloatTensor.isFloatConst(constant)) {
            return Optional.empty();
        }
        var values = FloatTensor.of(constant);
        int size = values.values().length;
        // A constant of higher rank would lift the rank of a dense layer's output.
        boolean oneForAll = size == 1 && values.rank() <= 1;
        boolean oneEach =
                size == outputs && values.rank() == 1
                        || size == outputs && values.rank() == 4 && values.shape()[3] == outputs;
        if (!oneForAll && !oneEach) {
            return Optional.empty();
        }
        var bias = new float[outputs];
        for (int i = 0; i < outputs; i++) {
            bias[i] = sign * values.values()[oneForAll ? 0 : i];
        }
        return Optional.of(new FloatTensor(bias, outputs));
    }
}
