package io.pitlane.quantize;

import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.WeightQuantization;

/** Rounds the weights of a layer to signed bytes. */
final class KernelQuantization {
    private final WeightOptions options;

    KernelQuantization(WeightOptions options) {
        this.options = options;
    }

    /** The rounded weights, with a scale for each output channel or one for all. */
    WeightQuantization of(FusedLayer layer) {
        var weights = layer.weights();
        return switch (options.granularity()) {
            case PER_CHANNEL ->
                    layer.depthwise()
                            ? WeightQuantization.depthwise(weights)
                            : WeightQuantization.of(weights, layer.outputAxis());
            case PER_TENSOR ->
                    layer.depthwise()
                            ? WeightQuantization.depthwisePerTensor(weights)
                            : WeightQuantization.perTensor(weights, layer.outputAxis());
        };
    }
}
