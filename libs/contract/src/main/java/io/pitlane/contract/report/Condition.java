package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.DeliveryFormat;

/**
 * One condition of a verdict: a limit, and the figure of the candidate that it applies to. Both are
 * in the unit of the plan's field.
 *
 * @param constraint path of the field in the plan's constraints, as {@code maxAccuracyDrop}, {@code
 *     classes.14.maxRecallDrop} or {@code minSpeedup[batch 32]}; in brackets also the format or
 *     engine that it applies to, as {@code maxAccuracyDrop[onnx]}
 * @param byDefault whether Pitlane set the limit, because the plan has none on accuracy or fidelity
 * @param limit the limit
 * @param measured the figure; null when it could not be measured, so that the condition is not met
 * @param interval the figure's confidence interval; null for one other than a drop of accuracy, an
 *     increase of an error or the agreement, and where the test images are too few for it
 * @param met whether the figure keeps the limit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        String constraint,
        boolean byDefault,
        double limit,
        Double measured,
        ConfidenceInterval interval,
        boolean met) {

    /** A condition on a figure without a confidence interval. */
    public Condition(
            String constraint, boolean byDefault, double limit, Double measured, boolean met) {
        this(constraint, byDefault, limit, measured, null, met);
    }

    /** The same condition on the candidate as it is delivered in a format: {@code ...[onnx]}. */
    public Condition of(DeliveryFormat format) {
        return new Condition(
                constraint + "[" + format.label() + "]", byDefault, limit, measured, interval, met);
    }

    /**
     * Whether the choice of the test images may decide if the condition is met: the confidence
     * interval lies on both sides of the limit. False without an interval.
     */
    @JsonIgnore
    public boolean mayBeChance() {
        if (interval == null) {
            return false;
        }
        boolean isAboveLimit = isLowerLimit() == met;
        double beyond = isAboveLimit ? limit - interval.low() : interval.high() - limit;
        return met ? beyond > 0 : beyond >= 0;
    }

    /**
     * How far the figure is from the limit, in its unit: positive where it keeps the limit,
     * negative beyond it; null where it could not be measured.
     */
    @JsonIgnore
    public Double margin() {
        if (measured == null) {
            return null;
        }
        return isLowerLimit() ? measured - limit : limit - measured;
    }

    /** Whether the figure must not be below the limit, as the name of every such field says. */
    private boolean isLowerLimit() {
        return constraint.startsWith("min");
    }

    /**
     * About how many test images would show that the condition is violated: with so many, the
     * interval leaves out the limit in 80 % of all test sets, if the figure is what was measured.
     *
     * @throws IllegalStateException unless the condition is violated and {@link #mayBeChance}
     */
    public double imagesToSettle() {
        if (met || !mayBeChance()) {
            throw new IllegalStateException(constraint + " is settled");
        }
        return interval.imagesToSettle(measured, limit);
    }
}
