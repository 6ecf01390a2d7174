package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.step.Step;
import java.util.List;

/**
 * The search for the largest cut that keeps the limit on the validation split.
 *
 * @param limit the option of the step that limits the loss, as {@code maxAccuracyDrop}
 * @param value of that option
 * @param samples number of validation images
 * @param before the task's figure of the model before; null without labels
 * @param tries in the order in which they were made
 * @param chosen the amount of the try whose model is kept; null where none keeps the limit, and the
 *     model stays as it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PruningSearch(
        String limit, double value, int samples, Double before, List<Try> tries, Double chosen)
        implements Finding {

    public PruningSearch {
        tries = tries == null ? List.of() : List.copyOf(tries);
    }

    /**
     * One cut, with all that recovers it.
     *
     * @param amount share of the cut that the plan's step asks for, above 0 up to 1
     * @param step with all options; it can be repeated as a step of a plan, which starts from the
     *     model before
     * @param macs share of the multiply-accumulates that is left, 0..1
     * @param parameters share of the parameters other than zero that is left, 0..1
     * @param warm whether it started from the model of a smaller cut instead of the model before
     * @param error against the model before, on the validation split
     * @param measured what the limit limits, in its unit
     * @param held whether it keeps the limit
     */
    public record Try(
            double amount,
            Step step,
            double macs,
            double parameters,
            boolean warm,
            OutputError error,
            double measured,
            boolean held) {}
}
