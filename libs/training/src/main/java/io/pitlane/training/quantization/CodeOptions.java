package io.pitlane.training.quantization;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.CommonStep;
import io.pitlane.graph.quantization.Quantization;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How weights are trained as codes: for accuracy and for the bits that the codes take.
 *
 * @param nats weight of a bit in the loss, lambda, in nats; 0 for none
 * @param codeRate learning rate of the codes, in steps
 * @param learningRate learning rate of all other variables
 * @param perChannel whether each output channel of a kernel has a step, in place of each tensor
 * @param quantizations what weights, by the names of their Consts, are multiples of already: their
 *     first steps
 */
public record CodeOptions(
        double nats,
        double codeRate,
        double learningRate,
        boolean perChannel,
        Map<String, Quantization> quantizations) {
    public CodeOptions {
        quantizations = Map.copyOf(quantizations);
        if (!(codeRate > 0) || !(learningRate > 0) || nats < 0) {
            throw new IllegalArgumentException(
                    "rates %s and %s, %s nats".formatted(codeRate, learningRate, nats));
        }
    }

    /** For weights that are not quantized yet. */
    public CodeOptions(double nats, double codeRate, double learningRate, boolean perChannel) {
        this(nats, codeRate, learningRate, perChannel, Map.of());
    }

    /** The step of a vector of a model that has been trained as codes; empty for others. */
    OptionalDouble knownStep(FloatTensor vector) {
        return quantizations.isEmpty() ? OptionalDouble.empty() : CommonStep.of(vector.values());
    }

    /**
     * Steps that the variable of a code stands for. Adam moves every variable by about the learning
     * rate, whatever its gradient, so the code moves by about {@link #codeRate}.
     */
    double stepsPerUnit() {
        return codeRate / learningRate;
    }
}
