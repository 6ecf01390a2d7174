package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.pruning.RankSelection.Algorithm;
import java.util.List;

/**
 * The layers that a low-rank pruning factorised, and those that it left alone.
 *
 * @param samples number of training images
 * @param layers every convolution and dense layer, in the order of the graph
 * @param speedup how many times as fast the model became, at batch size 1 on TensorFlow; null where
 *     no layer was factorised
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayerFactors(int samples, List<Layer> layers, Double speedup) implements Finding {

    public LayerFactors {
        layers = layers == null ? List.of() : List.copyOf(layers);
    }

    /**
     * One layer. What was not computed is null.
     *
     * @param name of its node
     * @param decomposition never {@link Algorithm#AUTO}
     * @param ranks number of channels between the factors, in their order
     * @param macs multiply-accumulates for one image
     * @param macsOfFactors of the factors together
     * @param error the squared error of the outputs over their variance, on images that the factors
     *     were not computed from
     * @param speedup how many times as fast the factors are, alone, at batch size 1 on TensorFlow
     * @param taken whether the factors replace the layer
     * @param reason why not; null where they do
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Layer(
            String name,
            Algorithm decomposition,
            List<Integer> ranks,
            Long macs,
            Long macsOfFactors,
            Double error,
            Double speedup,
            boolean taken,
            String reason) {

        public Layer {
            ranks = ranks == null ? null : List.copyOf(ranks);
        }

        /** A layer that cannot be factorised. */
        public static Layer leftAlone(String name, String reason) {
            return new Layer(name, null, null, null, null, null, null, false, reason);
        }
    }
}
