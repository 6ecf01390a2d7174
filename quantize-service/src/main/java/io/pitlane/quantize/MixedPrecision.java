package io.pitlane.quantize;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.analysis.Knapsack;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.LayerSensitivity.Layer;
import io.pitlane.contract.quantization.QuantizationBudget;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Which layers stay float within a budget, so that the noise of the others is least: a knapsack
 * whose values are the noise of each layer alone in int8, and whose weights are what it costs to
 * leave it float. The noise powers of layers are taken to add up, as those of independent errors
 * do.
 */
final class MixedPrecision {
    private static final int FLOAT_BYTES = 4;

    private final LayerSensitivity sensitivity;

    /** Choices for a measured model. */
    MixedPrecision(LayerSensitivity sensitivity) {
        this.sensitivity = sensitivity;
    }

    /**
     * The layers that stay float within a budget.
     *
     * @param parameters number of all parameters of the model
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where it is too small for
     *     a model with every layer in int8
     */
    List<String> floatLayers(QuantizationBudget budget, long parameters) {
        return budget.macsInt8() != null
                ? floatLayers(budget.macsInt8())
                : floatLayersOfSize(budget.sizeBytes(), parameters);
    }

    /**
     * The layers that stay float.
     *
     * @param macsInt8 the share of the multiply-accumulates of quantized layers that stays int8,
     *     0..1
     */
    List<String> floatLayers(double macsInt8) {
        long all = sensitivity.layers().stream().mapToLong(Layer::macs).sum();
        return solve(Layer::macs, all - (long) Math.ceil(macsInt8 * all));
    }

    private List<String> floatLayersOfSize(long bytes, long parameters) {
        long quantized = sensitivity.layers().stream().mapToLong(Layer::parameters).sum();
        long least = quantized + FLOAT_BYTES * (parameters - quantized);
        if (least > bytes) {
            throw invalidInput(
                    "quantize.budget.sizeBytes is %d, but with every layer in int8 the parameters take %d bytes."
                            .formatted(bytes, least),
                    "Allow at least that, or prune the model first.");
        }
        return solve(layer -> (FLOAT_BYTES - 1) * layer.parameters(), bytes - least);
    }

    /**
     * The layers that stay float.
     *
     * @param millis what a call takes longer with a layer in float; those that save time are free
     * @param most milliseconds of all of them together
     */
    List<String> floatLayers(Map<String, Double> millis, double most) {
        return solve(layer -> nanos(Math.max(0, millis.get(layer.name()))), nanos(most));
    }

    private static long nanos(double millis) {
        return Math.round(millis * 1e6);
    }

    private List<String> solve(ToLongFunction<Layer> cost, long capacity) {
        var items =
                sensitivity.layers().stream()
                        .map(
                                layer ->
                                        new Knapsack.Item(
                                                cost.applyAsLong(layer), layer.alone().noise()))
                        .toList();
        return Knapsack.solve(items, capacity).stream()
                .map(chosen -> sensitivity.layers().get(chosen).name())
                .toList();
    }
}
