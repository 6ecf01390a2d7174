package io.pitlane.quantize;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.finding.QuantizationError;
import io.pitlane.contract.step.QuantizeStep;
import java.util.Optional;

/**
 * How much quantization may lose.
 *
 * @param kind what is limited
 * @param value of the option
 */
record QualityLimit(Kind kind, double value) {
    private static final double ROUNDING = 1e-9;

    /** What is limited, by the name of the option. */
    enum Kind {
        MAX_ACCURACY_DROP("maxAccuracyDrop"),
        MAX_ERROR_INCREASE("maxErrorIncrease"),
        MIN_AGREEMENT("minAgreement");

        private final String option;

        Kind(String option) {
            this.option = option;
        }
    }

    /** The limit of a step; empty where it has none. */
    static Optional<QualityLimit> of(QuantizeStep step) {
        if (step.maxAccuracyDrop() != null) {
            return Optional.of(new QualityLimit(Kind.MAX_ACCURACY_DROP, step.maxAccuracyDrop()));
        }
        if (step.maxErrorIncrease() != null) {
            return Optional.of(new QualityLimit(Kind.MAX_ERROR_INCREASE, step.maxErrorIncrease()));
        }
        return Optional.ofNullable(step.minAgreement())
                .map(least -> new QualityLimit(Kind.MIN_AGREEMENT, least));
    }

    /** The option of the step. */
    String option() {
        return kind.option;
    }

    /**
     * What is limited, as measured.
     *
     * @param floats the task's figure of the float model
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where it cannot be
     *     measured
     */
    double measured(Optional<Double> floats, QuantizationError error) {
        return switch (kind) {
            case MAX_ACCURACY_DROP -> scored(floats) - error.score();
            case MAX_ERROR_INCREASE -> error.score() / Math.max(scored(floats), ROUNDING) - 1;
            case MIN_AGREEMENT -> agreement(error);
        };
    }

    /** Whether a measured value keeps the limit. */
    boolean holds(double measured) {
        return kind == Kind.MIN_AGREEMENT
                ? measured >= value - ROUNDING
                : measured <= value + ROUNDING;
    }

    /** Negative where the first measured value is better. */
    int compare(double a, double b) {
        return kind == Kind.MIN_AGREEMENT ? Double.compare(b, a) : Double.compare(a, b);
    }

    private double scored(Optional<Double> floats) {
        return floats.orElseThrow(
                () ->
                        invalidInput(
                                "quantize.%s needs labels, but the training images have none that the model's output can be scored by."
                                        .formatted(option()),
                                "Use minAgreement, or give the training images labels."));
    }

    private double agreement(QuantizationError error) {
        if (error.agreement() == null) {
            throw invalidInput(
                    "quantize.minAgreement needs a model that chooses classes.",
                    "Use maxAccuracyDrop or maxErrorIncrease.");
        }
        return error.agreement();
    }
}
