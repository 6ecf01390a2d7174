package io.pitlane.graph.channels;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TransferRules;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * The L1 norm of each filter of a weight (Li et al. 2017, "Pruning Filters for Efficient
 * ConvNets"), times the per-channel scale of a batch norm right after the layer: the norm that the
 * filter would have with the batch norm folded in.
 */
final class FilterNorms {
    private final FlatGraph graph;

    FilterNorms(FlatGraph graph) {
        this.graph = graph;
    }

    /** One norm for each position along the slice's axis. */
    double[] of(WeightSlice filter) {
        var weights = FloatTensor.of(graph.node(filter.constant()));
        var norms = sums(weights, filter.channels().axis());
        graph.uses(filter.constant()).stream()
                .filter(use -> TransferRules.isLayer(use.consumer()))
                .findFirst()
                .flatMap(use -> scaleAfter(use.consumer(), norms.length))
                .ifPresent(
                        factors -> {
                            for (int i = 0; i < norms.length; i++) {
                                norms[i] *= Math.abs(factors[i]);
                            }
                        });
        return norms;
    }

    private static double[] sums(FloatTensor weights, int axis) {
        var norms = new double[(int) weights.shape()[axis]];
        int inner = 1;
        for (int i = axis + 1; i < weights.rank(); i++) {
            inner *= (int) weights.shape()[i];
        }
        var values = weights.values();
        for (int i = 0; i < values.length; i++) {
            norms[i / inner % norms.length] += Math.abs(values[i]);
        }
        return norms;
    }

    private Optional<float[]> scaleAfter(NodeDef layer, int channels) {
        var next = layer;
        while (graph.uses(next.getName()).size() == 1) {
            next = graph.uses(next.getName()).get(0).consumer();
            switch (Operations.of(next).kind()) {
                case BIAS, ADDITION, SUBTRACTION -> {
                    if (constantInput(next).isEmpty()) {
                        return Optional.empty();
                    }
                }
                case MULTIPLICATION -> {
                    return constantInput(next)
                            .map(FloatTensor::values)
                            .filter(factors -> factors.length == channels);
                }
                case BATCH_NORM -> {
                    return Optional.of(scales(next)).filter(factors -> factors.length == channels);
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
