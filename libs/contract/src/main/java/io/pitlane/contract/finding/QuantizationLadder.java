package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.step.Step;
import java.util.List;

/**
 * The ways to quantize that were tried, from cheap to dear, until one kept the limit on the
 * validation split.
 *
 * @param limit the option of the step that limits the loss, as {@code maxAccuracyDrop}
 * @param value of that option
 * @param samples number of validation images
 * @param floats the task's figure of the float model; null without labels
 * @param rungs in the order in which they were tried
 * @param chosen name of the rung whose model is kept
 * @param held whether it keeps the limit; else it is the best of all
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuantizationLadder(
        String limit,
        double value,
        int samples,
        Double floats,
        List<Rung> rungs,
        String chosen,
        boolean held)
        implements Finding {

    public QuantizationLadder {
        rungs = rungs == null ? List.of() : List.copyOf(rungs);
    }

    /**
     * One way to quantize.
     *
     * @param name what it adds
     * @param step with all options; it can be repeated as a step of a plan
     * @param error against the float model, on the validation split
     * @param measured what the limit limits, in its unit
     * @param held whether it keeps the limit
     */
    public record Rung(String name, Step step, OutputError error, double measured, boolean held) {}
}
