package io.pitlane.graph.channels;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TransferRules;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * The per-channel scale right behind a layer: a batch norm, or the factor that a graph optimizer
 * made of one. Only a bias or another constant summand may be in between.
 */
final class FollowingScale {
    private final FlatGraph graph;

    FollowingScale(FlatGraph graph) {
        this.graph = graph;
    }

    /**
     * What each output channel of the layer with this kernel is multiplied by.
     *
     * @param channels number of channels; a scale of another length is not returned
     */
    Optional<float[]> of(String kernel, int channels) {
        return behind(kernel)
                .flatMap(
                        node ->
                                Operations.of(node).kind() == Kind.BATCH_NORM
                                        ? Optional.of(scales(node))
                                        : constantInput(node).map(FloatTensor::values))
                .filter(factors -> factors.length == channels);
    }

    /** The scale parameter of the batch norm behind the layer with this kernel. */
    Optional<float[]> ofBatchNorm(String kernel, int channels) {
        return behind(kernel)
                .filter(node -> Operations.of(node).kind() == Kind.BATCH_NORM)
                .map(node -> FloatTensor.of(graph.input(node, 1)).values())
                .filter(scale -> scale.length == channels);
    }

    /** The batch norm or multiplication behind the first layer that uses a kernel. */
    private Optional<NodeDef> behind(String kernel) {
        return graph.uses(kernel).stream()
                .map(FlatGraph.Use::consumer)
                .filter(TransferRules::isLayer)
                .findFirst()
                .flatMap(this::scaleAfter);
    }

    private Optional<NodeDef> scaleAfter(NodeDef layer) {
        var next = layer;
        while (graph.uses(next.getName()).size() == 1) {
            next = graph.uses(next.getName()).get(0).consumer();
            switch (Operations.of(next).kind()) {
                case BIAS, ADDITION, SUBTRACTION -> {
                    if (constantInput(next).isEmpty()) {
                        return Optional.empty();
                    }
                }
                case MULTIPLICATION, BATCH_NORM -> {
                    return Optional.of(next);
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private float[] scales(NodeDef batchNorm) {
        var scale = FloatTensor.of(graph.input(batchNorm, 1)).values();
        var variance = FloatTensor.of(graph.input(batchNorm, 4)).values();
        float epsilon = Attributes.of(batchNorm).number("epsilon", 1e-4f);
        var scales = new float[scale.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (scale[i] / Math.sqrt(variance[i] + epsilon));
        }
        return scales;
    }

    private Optional<FloatTensor> constantInput(NodeDef node) {
        return node.getInputList().stream()
                .map(input -> graph.node(TensorRef.parse(input).node()))
                .filter(FloatTensor::isFloatConst)
                .map(FloatTensor::of)
                .findFirst();
    }
}
