package io.pitlane.quantize.correction;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * What batch norm says about the outputs of layers: before the activation, a channel has the mean
 * {@code beta} and the standard deviation {@code gamma}.
 */
final class BatchNormStatistics {
    private final FlatGraph unfolded;

    /** The statistics of a graph before its batch norm is folded. */
    BatchNormStatistics(FlatGraph unfolded) {
        this.unfolded = unfolded;
    }

    /**
     * The mean of each output channel of a layer, behind its activation; empty where no batch norm
     * tells it.
     *
     * @param layer of the folded graph, in which nodes keep their names
     */
    Optional<double[]> means(FusedLayer layer) {
        return unfolded.find(layer.name())
                .flatMap(product -> unfolded.onlyConsumer(product.getName()))
                .flatMap(this::skipBias)
                .filter(this::isConstantBatchNorm)
                .filter(norm -> endsWith(norm, layer))
                .map(norm -> means(norm, layer));
    }

    private Optional<NodeDef> skipBias(NodeDef node) {
        return Operations.of(node).kind() == Kind.BIAS
                ? unfolded.onlyConsumer(node.getName())
                : Optional.of(node);
    }

    private boolean isConstantBatchNorm(NodeDef node) {
        return Operations.of(node).kind() == Kind.BATCH_NORM
                && Attributes.of(node).channelsLast()
                && !Attributes.of(node).bool("is_training", true)
                && IntStream.of(1, 2)
                        .allMatch(slot -> FloatTensor.isFloatConst(unfolded.input(node, slot)));
    }

    /** Whether nothing but the layer's activation follows batch norm. */
    private boolean endsWith(NodeDef norm, FusedLayer layer) {
        return layer.activation().nonNegative()
                && unfolded.onlyConsumer(norm.getName())
                        .filter(next -> next.getName().equals(layer.output().node()))
                        .isPresent();
    }

    private double[] means(NodeDef norm, FusedLayer layer) {
        var gamma = FloatTensor.of(unfolded.input(norm, 1)).values();
        var beta = FloatTensor.of(unfolded.input(norm, 2)).values();
        return IntStream.range(0, beta.length)
                .mapToDouble(
                        channel ->
                                new NormalDistribution(beta[channel], Math.abs(gamma[channel]))
                                        .meanBehind(layer.activation()))
                .toArray();
    }
}
