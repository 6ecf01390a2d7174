package io.pitlane.pipeline.handover;

import io.pitlane.contract.training.LossCurve;
import java.util.List;

/**
 * What is left of work that has no result.
 *
 * @param log the end of its log; may be empty
 * @param losses how its trainings went; empty where it did not train
 */
public record WorkTrace(String log, List<LossCurve> losses) {
    /** Of work that was not begun. */
    public static final WorkTrace NONE = new WorkTrace("", List.of());
}
