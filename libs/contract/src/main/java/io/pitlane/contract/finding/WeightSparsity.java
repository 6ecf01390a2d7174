package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The zeros of the kernels that magnitude pruning pruned, after fine-tuning.
 *
 * @param pattern the pattern that they keep, as {@code 2:4}; null for none
 * @param layers in the order of the graph
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WeightSparsity(String pattern, List<Layer> layers) implements Finding {

    public WeightSparsity {
        layers = layers == null ? List.of() : List.copyOf(layers);
    }

    /**
     * One layer; layers that share a kernel are listed once.
     *
     * @param name of its node
     * @param weights number of weights of its kernel
     * @param zeros number of those that are zero
     */
    public record Layer(String name, long weights, long zeros) {}
}
