package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;

/**
 * Removes weights from the model, then fine-tunes it with the original as its teacher.
 *
 * @param method whole channels (smaller and faster) or single weights (smaller when packed)
 * @param criterion the saliency of a channel; null for {@link Method#MAGNITUDE}
 * @param ratio share removed, above 0 and below 1
 * @param scope scope of the threshold of {@link Method#MAGNITUDE}; null for {@link Method#CHANNELS}
 * @param fineTune options of the fine-tuning
 * @param loss the loss of the fine-tuning
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PruneStep(
        Method method,
        Criterion criterion,
        Double ratio,
        Scope scope,
        Training fineTune,
        DistillationLoss loss)
        implements Step {

    /** What is removed. */
    public enum Method {
        /**
         * Whole output channels, with all channels that depend on them; the model becomes smaller.
         */
        @JsonProperty("channels")
        CHANNELS,
        /** The weights of smallest magnitude become zero and stay zero during fine-tuning. */
        @JsonProperty("magnitude")
        MAGNITUDE
    }

    /** The saliency of a channel. */
    public enum Criterion {
        /** Sum of absolute weights (Li et al. 2017, "Pruning Filters for Efficient ConvNets"). */
        @JsonProperty("l1")
        L1
    }

    /** The weights that share a threshold of magnitude pruning. */
    public enum Scope {
        @JsonProperty("global")
        GLOBAL,
        @JsonProperty("layerwise")
        LAYERWISE
    }

    private static final DistillationLoss DEFAULT_LOSS =
            DistillationLoss.builder().labels(0.5).softTargets(0.5).temperature(2).build();

    public PruneStep {
        method = method == null ? Method.CHANNELS : method;
        if (method == Method.CHANNELS && criterion == null) {
            criterion = Criterion.L1;
        }
        ratio = ratio == null ? Double.valueOf(0.5) : ratio;
        if (method == Method.MAGNITUDE && scope == null) {
            scope = Scope.GLOBAL;
        }
        fineTune = fineTune == null ? Training.DEFAULT : fineTune;
        loss = DistillationLoss.orDefaults(loss, DEFAULT_LOSS);
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.PRUNE;
    }

    @Override
    public void check(Problems problems) {
        problems.require(
                criterion == null || method == Method.CHANNELS,
                "criterion",
                "has no effect with method: magnitude, which removes the smallest weights; leave it"
                        + " out");
        problems.require(
                ratio > 0 && ratio < 1, "ratio", "must be above 0 and below 1, but is " + ratio);
        problems.require(
                scope == null || method == Method.MAGNITUDE,
                "scope",
                "has no effect with method: channels, which removes the ratio from every group of"
                        + " channels; leave it out");
        fineTune.check(problems.at("fineTune"));
        loss.check(problems.at("loss"));
        loss.checkNotEmpty(problems.at("loss"));
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets options by name. */
    public static final class Builder {
        private Method method;
        private Criterion criterion;
        private Double ratio;
        private Scope scope;
        private Training fineTune;
        private DistillationLoss loss;

        private Builder() {}

        public Builder method(Method value) {
            this.method = value;
            return this;
        }

        public Builder criterion(Criterion value) {
            this.criterion = value;
            return this;
        }

        public Builder ratio(double value) {
            this.ratio = value;
            return this;
        }

        public Builder scope(Scope value) {
            this.scope = value;
            return this;
        }

        public Builder fineTune(Training value) {
            this.fineTune = value;
            return this;
        }

        public Builder loss(DistillationLoss value) {
            this.loss = value;
            return this;
        }

        public PruneStep build() {
            return new PruneStep(method, criterion, ratio, scope, fineTune, loss);
        }
    }
}
