package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What reconstruction without training gave back of a pruned model.
 *
 * @param samples number of images that it used
 * @param validationImages number of other images that the outputs were compared on
 * @param score the task's figure of the model before the cut, as accuracy 0..1 or an error; null
 *     without labels
 * @param cut what the cut changed in the outputs
 * @param restored what was still different after reconstruction
 * @param used whether the restored model was better, and was used
 * @param layers the layers with new weights, in the order of the graph
 * @param batchNorms number of batch norms with new statistics
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReconstructionResult(
        int samples,
        int validationImages,
        Double score,
        OutputError cut,
        OutputError restored,
        boolean used,
        List<LayerError> layers,
        int batchNorms)
        implements Finding {

    public ReconstructionResult {
        layers = layers == null ? List.of() : List.copyOf(layers);
    }

    /** Share of what the cut changed in the outputs that is still missing, 0..1. */
    public double missing() {
        if (cut.distance() == 0) {
            return 0;
        }
        return used ? restored.distance() / cut.distance() : 1;
    }

    /**
     * The squared error of a layer's former outputs over their variance, on images that its weights
     * were not fitted to: 0 where they are given back, 1 where only their mean is.
     *
     * @param before with the weights that the cut left
     * @param after with the new ones
     */
    public record LayerError(String layer, double before, double after) {}
}
