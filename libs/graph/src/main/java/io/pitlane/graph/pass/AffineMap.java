package io.pitlane.graph.pass;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * An affine map of each channel: {@code scale * x + shift}.
 *
 * @param scale one value for each channel
 * @param shift one value for each channel
 */
record AffineMap(double[] scale, double[] shift) {

    static AffineMap identity(int channels) {
        return new AffineMap(filled(channels, 1), new double[channels]);
    }

    /** The map that a consumer of a layer's output applies, if it is constant for each channel. */
    static Optional<AffineMap> of(FlatGraph graph, FlatGraph.Use use, LayerKernel kernel) {
        var node = use.consumer();
        return switch (Operations.of(node).kind()) {
            case BATCH_NORM -> batchNorm(graph, use, kernel);
            case BIAS, ADDITION, SUBTRACTION, MULTIPLICATION, DIVISION ->
                    node.getInputCount() == 2
                            ? perChannel(graph.input(node, 1 - use.slot()), node, kernel)
                                    .flatMap(values -> arithmetic(node, use.slot(), values))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** This map first, then the other. */
    AffineMap then(AffineMap next) {
        var scales = new double[scale.length];
        var shifts = new double[shift.length];
        for (int c = 0; c < scale.length; c++) {
            scales[c] = next.scale[c] * scale[c];
            shifts[c] = next.scale[c] * shift[c] + next.shift[c];
        }
        return new AffineMap(scales, shifts);
    }

    private static Optional<AffineMap> arithmetic(NodeDef node, int slot, double[] values) {
        int channels = values.length;
        return switch (Operations.of(node).kind()) {
            case MULTIPLICATION -> Optional.of(new AffineMap(values, new double[channels]));
            case DIVISION ->
                    slot == 0
                            ? Optional.of(
                                    new AffineMap(
                                            Arrays.stream(values).map(v -> 1 / v).toArray(),
                                            new double[channels]))
                            : Optional.empty();
            case SUBTRACTION ->
                    Optional.of(
                            slot == 0
                                    ? new AffineMap(
                                            filled(channels, 1),
                                            Arrays.stream(values).map(v -> -v).toArray())
                                    : new AffineMap(filled(channels, -1), values));
            default -> Optional.of(new AffineMap(filled(channels, 1), values));
        };
    }

    private static Optional<AffineMap> batchNorm(
            FlatGraph graph, FlatGraph.Use use, LayerKernel kernel) {
        var node = use.consumer();
        var attributes = Attributes.of(node);
        boolean constant =
                IntStream.rangeClosed(1, 4)
                        .allMatch(slot -> FloatTensor.isFloatConst(graph.input(node, slot)));
        if (use.slot() != 0
                || !constant
                || attributes.bool("is_training", true)
                || attributes.channelsLast() != kernel.channelsLast()) {
            return Optional.empty();
        }
        var gamma = FloatTensor.of(graph.input(node, 1)).values();
        var beta = FloatTensor.of(graph.input(node, 2)).values();
        var mean = FloatTensor.of(graph.input(node, 3)).values();
        var variance = FloatTensor.of(graph.input(node, 4)).values();
        double epsilon = attributes.number("epsilon", 1e-4f);
        var scale = new double[gamma.length];
        var shift = new double[gamma.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = gamma[c] / Math.sqrt(variance[c] + epsilon);
            shift[c] = beta[c] - mean[c] * scale[c];
        }
        return Optional.of(new AffineMap(scale, shift));
    }

    /** A constant's values, one for each channel, if it does not vary along other axes. */
    private static Optional<double[]> perChannel(
            NodeDef constant, NodeDef consumer, LayerKernel kernel) {
        if (!FloatTensor.isFloatConst(constant)) {
            return Optional.empty();
        }
        var tensor = FloatTensor.of(constant);
        if (Operations.of(consumer).kind() == Kind.BIAS) {
            return Attributes.of(consumer).channelsLast() == kernel.channelsLast()
                    ? Optional.of(spread(tensor, kernel.outputChannels()))
                    : Optional.empty();
        }
        int channelAxis = tensor.rank() - (kernel.channelsLast() ? 1 : 3);
        for (int axis = 0; axis < tensor.rank(); axis++) {
            long size = tensor.shape()[axis];
            if (size != 1 && (axis != channelAxis || size != kernel.outputChannels())) {
                return Optional.empty();
            }
        }
        return tensor.rank() <= kernel.rank()
                ? Optional.of(spread(tensor, kernel.outputChannels()))
                : Optional.empty();
    }

    private static double[] spread(FloatTensor tensor, int channels) {
        var values = tensor.values();
        var spread = new double[channels];
        for (int c = 0; c < channels; c++) {
            spread[c] = values[values.length == 1 ? 0 : c];
        }
        return spread;
    }

    private static double[] filled(int channels, double value) {
        var values = new double[channels];
        Arrays.fill(values, value);
        return values;
    }
}
