package io.pitlane.analysis;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.step.LossLimits;
import io.pitlane.contract.step.StageName;
import java.util.Optional;

/**
 * How much a step may lose.
 *
 * @param stage of the step
 * @param kind what is limited
 * @param value of the option
 */
public record QualityLimit(StageName stage, Kind kind, double value) {
    private static final double ROUNDING = 1e-9;

    /** What is limited, by the name of the option. */
    public enum Kind {
        MAX_ACCURACY_DROP("maxAccuracyDrop"),
        MAX_ERROR_INCREASE("maxErrorIncrease"),
        MIN_AGREEMENT("minAgreement");

        private final String option;

        Kind(String option) {
            this.option = option;
        }
    }

    /** The limit of a step; empty where it has none. */
    public static Optional<QualityLimit> of(LossLimits step) {
        if (step.maxAccuracyDrop() != null) {
            return Optional.of(
                    new QualityLimit(step.stage(), Kind.MAX_ACCURACY_DROP, step.maxAccuracyDrop()));
        }
        if (step.maxErrorIncrease() != null) {
            return Optional.of(
                    new QualityLimit(
                            step.stage(), Kind.MAX_ERROR_INCREASE, step.maxErrorIncrease()));
        }
        return Optional.ofNullable(step.minAgreement())
                .map(least -> new QualityLimit(step.stage(), Kind.MIN_AGREEMENT, least));
    }

    /** The option of the step. */
    public String option() {
        return kind.option;
    }

    /**
     * What is limited, as measured.
     *
     * @param before the task's figure of the model before the step
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where it cannot be
     *     measured
     */
    public double measured(Optional<Double> before, OutputError error) {
        return switch (kind) {
            case MAX_ACCURACY_DROP -> scored(before) - error.score();
            case MAX_ERROR_INCREASE -> error.score() / Math.max(scored(before), ROUNDING) - 1;
            case MIN_AGREEMENT -> agreement(error);
        };
    }

    /** Whether a measured value keeps the limit. */
    public boolean holds(double measured) {
        return kind == Kind.MIN_AGREEMENT
                ? measured >= value - ROUNDING
                : measured <= value + ROUNDING;
    }

    /** Negative where the first measured value is better. */
    public int compare(double a, double b) {
        return kind == Kind.MIN_AGREEMENT ? Double.compare(b, a) : Double.compare(a, b);
    }

    private double scored(Optional<Double> before) {
        return before.orElseThrow(
                () ->
                        invalidInput(
                                "%s.%s needs labels, but the training images have none that the model's output can be scored by."
                                        .formatted(stage.label(), option()),
                                "Use minAgreement, or give the training images labels."));
    }

    private double agreement(OutputError error) {
        if (error.agreement() == null) {
            throw invalidInput(
                    "%s.minAgreement needs a model that chooses classes.".formatted(stage.label()),
                    "Use maxAccuracyDrop or maxErrorIncrease.");
        }
        return error.agreement();
    }
}
