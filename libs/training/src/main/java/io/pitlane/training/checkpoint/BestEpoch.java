package io.pitlane.training.checkpoint;

import io.pitlane.graph.FloatTensor;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The epoch with the lowest validation loss so far.
 *
 * @param epoch from 1; 0 for before training
 * @param loss its mean loss on the validation images; NaN where there are none
 * @param epochsSince epochs since the loss last fell
 * @param constants the model's trained constants, by name
 */
public record BestEpoch(
        int epoch, double loss, int epochsSince, Map<String, FloatTensor> constants) {

    /** The model before training; one that does not give numbers is worse than any. */
    public static BestEpoch before(
            double loss, boolean isChecked, Map<String, FloatTensor> constants) {
        boolean broken = isChecked && !Double.isFinite(loss);
        return new BestEpoch(0, broken ? Double.POSITIVE_INFINITY : loss, 0, constants);
    }

    /** The better of this and a later epoch; without validation images the later one. */
    public BestEpoch or(
            int laterEpoch, double laterLoss, Supplier<Map<String, FloatTensor>> later) {
        int since = laterLoss < loss ? 0 : epochsSince + 1;
        boolean kept = laterLoss > loss;
        return kept
                ? new BestEpoch(epoch, loss, since, constants)
                : new BestEpoch(laterEpoch, laterLoss, since, later.get());
    }
}
