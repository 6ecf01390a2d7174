package io.pitlane.contract.finding;

import io.pitlane.contract.training.LossCurve;
import java.util.List;

/**
 * How the trainings of the step went.
 *
 * @param curves one a training; bounded, so a long training has points at some of its reports only
 */
public record TrainingLosses(List<LossCurve> curves) implements Finding {

    public TrainingLosses {
        curves = curves == null ? List.of() : List.copyOf(curves);
    }
}
