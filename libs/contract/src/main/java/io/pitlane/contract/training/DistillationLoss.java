package io.pitlane.contract.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.validation.Problems;

/**
 * The loss of a training with a teacher: {@code labels * cross-entropy(label) + softTargets * T^2 *
 * cross-entropy(soft targets of the teacher at temperature T)} (Hinton, Vinyals and Dean 2015; at T
 * = 1 the plain form). Without labels the first term is absent. Every step has its own defaults.
 *
 * @param labels weight of the cross-entropy with the labels
 * @param softTargets weight of the soft targets
 * @param temperature temperature T of the soft targets
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistillationLoss(Double labels, Double softTargets, Double temperature) {

    /**
     * A loss with every value set.
     *
     * @param written the loss in the plan; null where it has none
     * @param defaults the values that it leaves out
     */
    public static DistillationLoss orDefaults(DistillationLoss written, DistillationLoss defaults) {
        if (written == null) {
            return defaults;
        }
        return new DistillationLoss(
                written.labels == null ? defaults.labels : written.labels,
                written.softTargets == null ? defaults.softTargets : written.softTargets,
                written.temperature == null ? defaults.temperature : written.temperature);
    }

    /** Adds every value that is out of its range. */
    public void check(Problems problems) {
        problems.require(
                labels >= 0 && labels <= 1000,
                "labels",
                "must be between 0 and 1000, but is " + labels);
        problems.require(
                softTargets >= 0 && softTargets <= 1000,
                "softTargets",
                "must be between 0 and 1000, but is " + softTargets);
        problems.require(
                temperature >= 0.1 && temperature <= 100,
                "temperature",
                "must be between 0.1 and 100, but is " + temperature);
    }

    /** Adds a problem if both weights are 0, for a step whose loss has no other term. */
    public void checkNotEmpty(Problems problems) {
        problems.require(
                labels + softTargets > 0,
                "softTargets",
                "labels and softTargets cannot both be 0: there would be nothing to learn from");
    }

    /** A loss with nothing set; what stays so has the default of the step. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets a loss by name. */
    public static final class Builder {
        private Double labels;
        private Double softTargets;
        private Double temperature;

        private Builder() {}

        public Builder labels(double value) {
            this.labels = value;
            return this;
        }

        public Builder softTargets(double value) {
            this.softTargets = value;
            return this;
        }

        public Builder temperature(double value) {
            this.temperature = value;
            return this;
        }

        public DistillationLoss build() {
            return new DistillationLoss(labels, softTargets, temperature);
        }
    }
}
