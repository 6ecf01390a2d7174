package io.pitlane.pipeline.child;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.training.TrainingLoss;
import java.util.List;

/**
 * A progress line on the child's standard output.
 *
 * @param fraction done so far, 0..1
 * @param message what is being done
 * @param losses the points of loss curves since the line before
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ChildProgress(double fraction, String message, List<TrainingLoss> losses) {

    public ChildProgress {
        losses = losses == null ? List.of() : List.copyOf(losses);
    }
}
