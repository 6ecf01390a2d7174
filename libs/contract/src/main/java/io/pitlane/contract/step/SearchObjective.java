package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * The weighting of accuracy and cost.
 *
 * @param cost the cost of an architecture
 * @param maxCost upper limit of the cost, in its unit; null for none
 * @param minAccuracy lower limit of the accuracy, 0..1; null for none
 * @param exponent weight of the cost against accuracy, at most 0; null except for {@link
 *     Pick#BALANCED}
 * @param pick which architecture of the Pareto front is picked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchObjective(
        Cost cost, Double maxCost, Double minAccuracy, Double exponent, Pick pick) {

    /** The cost of an architecture. */
    public enum Cost {
        @JsonProperty("macs")
        MACS,
        @JsonProperty("parameters")
        PARAMETERS,
        /** Milliseconds per image at batch size 1, on the machine of the trial. */
        @JsonProperty("latency")
        LATENCY
    }

    /** Which architecture of the Pareto front is picked. */
    public enum Pick {
        /** The most accurate within {@code maxCost}. */
        @JsonProperty("accuracy")
        ACCURACY,
        /** The cheapest with at least {@code minAccuracy}. */
        @JsonProperty("cost")
        COST,
        /** The highest {@code accuracy * (cost / reference) ^ exponent} (Tan et al. 2019). */
        @JsonProperty("balanced")
        BALANCED
    }

    public static final SearchObjective DEFAULT = builder().build();

    public SearchObjective {
        cost = cost == null ? Cost.MACS : cost;
        pick = pick == null ? Pick.BALANCED : pick;
        if (pick == Pick.BALANCED && exponent == null) {
            exponent = -0.07;
        }
    }

    void check(Problems problems) {
        problems.require(
                maxCost == null || maxCost > 0, "maxCost", "must be above 0, but is " + maxCost);
        problems.require(
                minAccuracy == null || minAccuracy >= 0 && minAccuracy <= 1,
                "minAccuracy",
                "must be between 0 and 1, but is " + minAccuracy);
        problems.require(
                exponent == null || pick == Pick.BALANCED,
                "exponent",
                "has an effect with pick: balanced only; leave it out");
        problems.require(
                exponent == null || exponent <= 0 && exponent >= -10,
                "exponent",
                "must be between -10 and 0, but is " + exponent);
        problems.require(
                pick != Pick.COST || minAccuracy != null,
                "minAccuracy",
                "is missing; pick: cost takes the cheapest with at least this accuracy");
    }

    /** An objective with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets options by name. */
    public static final class Builder {
        private Cost cost;
        private Double maxCost;
        private Double minAccuracy;
        private Double exponent;
        private Pick pick;

        private Builder() {}

        public Builder cost(Cost value) {
            this.cost = value;
            return this;
        }

        public Builder maxCost(Double value) {
            this.maxCost = value;
            return this;
        }

        public Builder minAccuracy(Double value) {
            this.minAccuracy = value;
            return this;
        }

        public Builder exponent(Double value) {
            this.exponent = value;
            return this;
        }

        public Builder pick(Pick value) {
            this.pick = value;
            return this;
        }

        public SearchObjective build() {
            return new SearchObjective(cost, maxCost, minAccuracy, exponent, pick);
        }
    }
}
