package io.pitlane.quantize;

import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.WeightQuantization;

/** Rounds the weights of a layer to signed bytes. */
final class KernelQuantization {
    private final WeightOptions options;
    private final boolean powersOfTwo;
    private final TrainedKernels trained;

    /**
     * By the options of a step.
     *
     * @param trained kernels that have integers already
     */
    KernelQuantization(QuantizeStep step, TrainedKernels trained) {
        this.trained = trained;
        this.options = step.weights();
        this.powersOfTwo = step.scheme() == Scheme.POWER_OF_TWO;
    }

    /** The rounded weights, with a scale for each output channel or one for all. */
    WeightQuantization of(FusedLayer layer) {
        if (!powersOfTwo) {
            return trained.of(layer).orElseGet(() -> linear(layer));
        }
        var linear = linear(layer);
        var quantization = linear.quantization().withPowerOfTwoSteps();
        return new WeightQuantization(quantization.rounded(layer.weights()), quantization);
    }

    private WeightQuantization linear(FusedLayer layer) {
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
