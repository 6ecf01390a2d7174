package io.pitlane.training.checkpoint;

import io.pitlane.graph.FloatTensor;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The epoch with the lowest validation loss so far.
 *
 * @param epoch number of the epoch, from 1; 0 for the model before training
 * @param loss mean loss on the validation split; NaN without one
 * @param epochsSince epochs since the loss last decreased
 * @param constants trained constants of the model after this epoch, by name
 */
public record BestEpoch(
        int epoch, double loss, int epochsSince, Map<String, FloatTensor> constants) {

    /** The model before training. If its validation loss is not finite, every epoch is better. */
    public static BestEpoch initial(
            double loss, boolean isValidated, Map<String, FloatTensor> constants) {
        boolean isNotFinite = isValidated && !Double.isFinite(loss);
        return new BestEpoch(0, isNotFinite ? Double.POSITIVE_INFINITY : loss, 0, constants);
    }

    /** None so far: every epoch is better. */
    public static BestEpoch none(Map<String, FloatTensor> constants) {
        return new BestEpoch(0, Double.POSITIVE_INFINITY, 0, constants);
    }

    /** The better of this and a later epoch; without a validation split the later one. */
    public BestEpoch updatedWith(
            int laterEpoch, double laterLoss, Supplier<Map<String, FloatTensor>> later) {
        int since = laterLoss < loss ? 0 : epochsSince + 1;
        boolean isWorse = laterLoss > loss;
        return isWorse
                ? new BestEpoch(epoch, loss, since, constants)
                : new BestEpoch(laterEpoch, laterLoss, since, later.get());
    }
}
