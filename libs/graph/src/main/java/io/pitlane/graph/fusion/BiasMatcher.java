package io.pitlane.graph.fusion;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** Recognises the nodes that add a constant bias to the output channels of a layer. */
final class BiasMatcher {
    private BiasMatcher() {}

    /**
     * The bias {@code [outputs]} that {@code node} adds to its other input; empty if it adds none.
     */
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
        boolean isScalar = size == 1 && values.rank() <= 1;
        boolean isPerChannel =
                size == outputs && values.rank() == 1
                        || size == outputs && values.rank() == 4 && values.shape()[3] == outputs;
        if (!isScalar && !isPerChannel) {
            return Optional.empty();
        }
        var bias = new float[outputs];
        for (int i = 0; i < outputs; i++) {
            bias[i] = sign * values.values()[isScalar ? 0 : i];
        }
        return Optional.of(new FloatTensor(bias, outputs));
    }
}
