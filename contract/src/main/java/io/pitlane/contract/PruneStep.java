package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Takes weights out of the model, then fine-tunes what is left.
 *
 * @param method whole channels (smaller and faster) or single weights (smaller when packed)
 * @param criterion how the importance of a channel or weight is scored
 * @param ratio share removed, above 0 and below 1
 * @param scope for {@link Method#MAGNITUDE}: one threshold for the whole model or one a layer
 * @param fineTune how accuracy is recovered afterwards
 */
public record PruneStep(
        Method method, Criterion criterion, Double ratio, Scope scope, FineTune fineTune)
        implements Step {

    /** What is removed. */
    public enum Method {
        /** Whole output channels, physically, together with everything that depends on them. */
        @JsonProperty("channels")
        CHANNELS,
        /** Single weights of smallest magnitude, by a mask that is kept through fine-tuning. */
        @JsonProperty("magnitude")
        MAGNITUDE
    }

    /** How importance is scored. */
    public enum Criterion {
        /** Sum of absolute weights (Li et al. 2017, "Pruning Filters for Efficient ConvNets"). */
        @JsonProperty("l1")
        L1
    }

    /** Over what the threshold of magnitude pruning is taken. */
    public enum Scope {
        @JsonProperty("global")
        GLOBAL,
        @JsonProperty("layerwise")
        LAYERWISE
    }

    public PruneStep {
        method = method == null ? Method.CHANNELS : method;
        criterion = criterion == null ? Criterion.L1 : criterion;
        ratio = ratio == null ? Double.valueOf(0.5) : ratio;
        scope = scope == null ? Scope.GLOBAL : scope;
        fineTune = fineTune == null ? FineTune.DEFAULT : fineTune;
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.PRUNE;
    }

    @Override
    public void check(Problems problems) {
        problems.require(
                ratio > 0 && ratio < 1, "ratio", "must be above 0 and below 1, but is " + ratio);
        fineTune.check(problems.at("fineTune"));
    }
}
