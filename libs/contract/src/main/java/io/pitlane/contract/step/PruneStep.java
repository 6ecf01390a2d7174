package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.GroupSparsity;
import io.pitlane.contract.pruning.PruningSensitivity;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.pruning.Regrowth;
import io.pitlane.contract.pruning.SparsityPattern;
import io.pitlane.contract.pruning.SparsitySchedule;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes weights from the model, then fine-tunes it with the original as its teacher.
 *
 * @param method what is removed
 * @param criterion the saliency of a channel; null but for {@link Method#CHANNELS}, and with a
 *     target for {@link Criterion#TAYLOR} where a gradient of the loss can be computed, else {@link
 *     Criterion#L1}
 * @param scores how the saliency of a channel is computed
 * @param ratio share removed, above 0 and below 1; with a limit of the loss, the largest share;
 *     null where a target, a rule, a pattern, a rank or a number of blocks says how much is removed
 * @param ratios other ratios for some layers, 0 to below 1, by a name or a pattern with {@code *};
 *     null for none
 * @param policy which groups of channels lose more than others; null with a target, and but for
 *     {@link Method#CHANNELS}
 * @param target what the pruned model may cost; null where a ratio says how much is removed
 * @param maxRatio most that a group of channels may lose, above 0 and below 1; null where each
 *     group loses its ratio
 * @param roundTo the number of channels that a layer keeps is a multiple of this; null for any
 *     number, but 16 with a latency on ONNX Runtime
 * @param ignore layers that are left alone: names, or patterns with {@code *}; null for none
 * @param sensitivity what is measured group by group; null for nothing
 * @param scope scope of the threshold of {@link Method#MAGNITUDE}; null for other methods
 * @param threshold {@link Method#MAGNITUDE}: weights of a smaller magnitude are removed; null where
 *     a ratio or a rule says which
 * @param rule {@link Method#MAGNITUDE}: how the removed weights follow from the weights; null for
 *     other methods
 * @param pattern {@link Method#MAGNITUDE}: weights removed in a fixed pattern, as {@code 2:4} or
 *     the blocks {@code 1x4}; null for single weights
 * @param schedule {@link Method#MAGNITUDE}: how the sparsity grows during fine-tuning; null for all
 *     at once
 * @param regrowth {@link Method#MAGNITUDE}: removed weights that return during fine-tuning; null
 *     for none
 * @param rank {@link Method#LOW_RANK}: how many components are kept; null for other methods
 * @param blocks {@link Method#BLOCKS}: number of blocks removed; null where the ratio says how many
 * @param reconstruction how the outputs of the cut layers are restored without training; null for
 *     not at all, the default of methods other than {@link Method#CHANNELS}
 * @param rounds {@link Method#CHANNELS}: number of rounds of pruning and recovery that the ratio or
 *     target is reached in, 1..20; null for other methods
 * @param groupSparsity {@link Method#CHANNELS}: a training before the cut that draws channels to
 *     zero; null for none
 * @param maxAccuracyDrop the accuracy, 0..1, that may be lost on the validation split: as much as
 *     holds is removed; null for no limit
 * @param maxErrorIncrease regression: the relative increase of the mean absolute error that is
 *     allowed on the validation split; null for no limit
 * @param minAgreement least share of images, 0..1, with the class of the model before; null for no
 *     limit
 * @param fineTune options of the fine-tuning
 * @param loss the loss of the fine-tuning
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PruneStep(
        Method method,
        Criterion criterion,
        ChannelScores scores,
        Double ratio,
        Map<String, Double> ratios,
        Policy policy,
        PruningTarget target,
        Double maxRatio,
        Integer roundTo,
        List<String> ignore,
        PruningSensitivity sensitivity,
        Scope scope,
        Double threshold,
        SparsityRule rule,
        String pattern,
        SparsitySchedule schedule,
        Regrowth regrowth,
        RankSelection rank,
        Integer blocks,
        Reconstruction reconstruction,
        Integer rounds,
        GroupSparsity groupSparsity,
        Double maxAccuracyDrop,
        Double maxErrorIncrease,
        Double minAgreement,
        Training fineTune,
        DistillationLoss loss)
        implements Step, LossLimits {

    /** What is removed. */
    public enum Method {
        /**
         * Whole output channels, with all channels that depend on them; the model becomes smaller.
         */
        @JsonProperty("channels")
        CHANNELS,
        /** The weights of smallest magnitude become zero and stay zero during fine-tuning. */
        @JsonProperty("magnitude")
        MAGNITUDE,
        /** Layers become two or three smaller ones that compute nearly the same. */
        @JsonProperty("low-rank")
        LOW_RANK,
        /** Whole residual blocks, those that change their input least. */
        @JsonProperty("blocks")
        BLOCKS
    }

    /** The saliency of a channel. */
    public enum Criterion {
        /** Sum of absolute weights (Li et al. 2017, "Pruning Filters for Efficient ConvNets"). */
        @JsonProperty("l1")
        L1,
        /** Square root of the sum of squared weights. */
        @JsonProperty("l2")
        L2,
        /**
         * Sum of the distances to the other filters of the layer (He et al. 2019, "Filter Pruning
         * via Geometric Median").
         */
        @JsonProperty("geometric-median")
        GEOMETRIC_MEDIAN,
        /**
         * Mean over training images of the absolute first-order change of the loss when the channel
         * is removed (Molchanov et al. 2017, "Pruning Convolutional Neural Networks for Resource
         * Efficient Inference").
         */
        @JsonProperty("taylor")
        TAYLOR,
        /**
         * The second-order change of the loss, by the Fisher information (Theis et al. 2018,
         * "Faster gaze prediction with dense networks and Fisher pruning").
         */
        @JsonProperty("fisher")
        FISHER,
        /** Scale of the batch norm behind the layer (Liu et al. 2017, "Network Slimming"). */
        @JsonProperty("batch-norm-scale")
        BATCH_NORM_SCALE,
        /** Mean absolute output, behind the activation, over training images. */
        @JsonProperty("mean-activation")
        MEAN_ACTIVATION,
        /**
         * Share of outputs other than zero, behind the activation, over training images (Hu et al.
         * 2016, "Network Trimming").
         */
        @JsonProperty("apoz")
        APOZ,
        /**
         * Share of the squared weights of the channels that are as large or larger (Lee et al.
         * 2021, "Layer-adaptive Sparsity for the Magnitude-based Pruning").
         */
        @JsonProperty("lamp")
        LAMP,
        /** A random number: what any other criterion must beat. */
        @JsonProperty("random")
        RANDOM;

        boolean isNorm() {
            return this == L1 || this == L2 || this == LAMP;
        }

        boolean isOfImages() {
            return isOfGradients() || this == MEAN_ACTIVATION || this == APOZ;
        }

        /** Whether the gradient of the loss scores all layers of a channel at once. */
        boolean isOfGradients() {
            return this == TAYLOR || this == FISHER;
        }
    }

    /** Which groups of channels lose more than others. */
    public enum Policy {
        /** The ratio is removed from every group. */
        @JsonProperty("uniform")
        UNIFORM,
        /**
         * One ranking over the channels of all groups, whose scores are divided by the mean of
         * their group.
         */
        @JsonProperty("global")
        GLOBAL
    }

    /** The weights that share a threshold of magnitude pruning. */
    public enum Scope {
        @JsonProperty("global")
        GLOBAL,
        @JsonProperty("layerwise")
        LAYERWISE
    }

    /** How the removed weights follow from the weights. */
    public enum SparsityRule {
        /** The smallest ones, as many as the ratio says. */
        @JsonProperty("ratio")
        RATIO,
        /** Those of a magnitude below the threshold. */
        @JsonProperty("threshold")
        THRESHOLD,
        /**
         * Whole rows of a kernel, which is a matrix of output channels by inputs: those whose sum
         * of absolute weights is below the median of the rows.
         */
        @JsonProperty("median")
        MEDIAN
    }

    private static final double DEFAULT_RATIO = 0.5;

    /** Channels that the kernels of an engine compute at once; other numbers are slow. */
    private static final Map<Engine, Integer> BLOCKS =
            Map.of(Engine.ONNXRUNTIME, 16, Engine.TENSORFLOW, 8);

    /** Where a limit of the loss decides how much is removed. */
    private static final double LARGEST_RATIO = 0.9;

    private static final DistillationLoss DEFAULT_LOSS =
            DistillationLoss.builder().labels(1).softTargets(0.1).temperature(2).build();

    /** Most that a group of channels may lose, where the step does not say. */
    public static final double DEFAULT_MAX_RATIO = 0.9;

    public static final PruneStep DEFAULT = builder().build();

    public PruneStep {
        method = method == null ? Method.CHANNELS : method;
        if (method == Method.CHANNELS && criterion == null && target == null) {
            criterion = Criterion.L1;
        }
        if (method == Method.CHANNELS && policy == null && target == null) {
            policy = Policy.UNIFORM;
        }
        boolean isAllotted = target != null && method == Method.CHANNELS;
        if (maxRatio == null && (isAllotted || policy == Policy.GLOBAL)) {
            maxRatio = DEFAULT_MAX_RATIO;
        }
        if (isAllotted && roundTo == null && target.engine() != null) {
            roundTo = BLOCKS.get(target.engine());
        }
        if (method == Method.CHANNELS && rounds == null) {
            rounds = 1;
        }
        if (method == Method.MAGNITUDE && rule == null && nOfM(pattern).isEmpty()) {
            rule = threshold == null ? SparsityRule.RATIO : SparsityRule.THRESHOLD;
        }
        if (rule == SparsityRule.THRESHOLD && threshold == null) {
            threshold = 0.01;
        }
        boolean hasRatio =
                method == Method.CHANNELS || method == Method.BLOCKS || rule == SparsityRule.RATIO;
        boolean isLimited =
                maxAccuracyDrop != null || maxErrorIncrease != null || minAgreement != null;
        if (ratio == null && target == null && blocks == null && hasRatio) {
            ratio = isLimited ? LARGEST_RATIO : DEFAULT_RATIO;
        }
        if (method == Method.LOW_RANK) {
            rank = rank == null ? RankSelection.DEFAULT : rank;
            rank = target == null ? rank.orByEnergy() : rank;
        }
        ratios = ratios == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
        ignore = ignore == null ? null : List.copyOf(ignore);
        if (method == Method.MAGNITUDE && rule == SparsityRule.RATIO && scope == null) {
            scope = Scope.GLOBAL;
        }
        if (method == Method.CHANNELS && reconstruction == null) {
            reconstruction = Reconstruction.DEFAULT;
        }
        fineTune =
                (fineTune == null ? Training.DEFAULT : fineTune)
                        .withDefault(Training.BatchNorm.AUTO);
        loss = DistillationLoss.orDefaults(loss, DEFAULT_LOSS);
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.PRUNE;
    }

    /** A target of latency is met with the threads that bench measures it with. */
    @Override
    public Object dependsOn(BenchStep bench) {
        return target == null || target.latencyMillis() == null ? null : bench.threads().get(0);
    }

    @Override
    public String summary() {
        var trained = StepWork.epochs(fineTune);
        return "removes "
                + removed()
                + (limits() == 0 ? "" : ", as much as its limit of the loss allows")
                + (trained == 0 ? "" : ", then fine-tunes" + StepWork.forEpochs(trained));
    }

    private String removed() {
        var what =
                switch (method) {
                    case CHANNELS -> "channels";
                    case MAGNITUDE -> "single weights";
                    case LOW_RANK -> "components of layers";
                    case BLOCKS -> "residual blocks";
                };
        if (ratio != null) {
            return "%.0f %% of the %s".formatted(ratio * 100, what);
        }
        return target == null ? what : what + " up to its target";
    }

    @Override
    public StepWork work() {
        var once = rounds == null ? 1 : rounds;
        var drawn = groupSparsity == null ? 0 : groupSparsity.epochs();
        return StepWork.ofEpochs(once * StepWork.epochs(fineTune) + drawn);
    }

    @Override
    public void check(Problems problems) {
        new PruneValidation(this, problems).check();
    }

    static Optional<SparsityPattern.NofM> nOfM(String pattern) {
        return Optional.ofNullable(pattern)
                .flatMap(SparsityPattern::parse)
                .filter(SparsityPattern.NofM.class::isInstance)
                .map(SparsityPattern.NofM.class::cast);
    }

    /** The pattern of {@link Method#MAGNITUDE}; empty for single weights. */
    public Optional<SparsityPattern> sparsityPattern() {
        return Optional.ofNullable(pattern).flatMap(SparsityPattern::parse);
    }

    @Override
    public void checkTask(Task task, Problems problems) {
        checkLimits(task, problems);
    }

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.method = method;
        builder.criterion = criterion;
        builder.scores = scores;
        builder.ratio = ratio;
        builder.ratios = ratios;
        builder.policy = policy;
        builder.target = target;
        builder.maxRatio = maxRatio;
        builder.roundTo = roundTo;
        builder.ignore = ignore;
        builder.sensitivity = sensitivity;
        builder.scope = scope;
        builder.threshold = threshold;
        builder.rule = rule;
        builder.pattern = pattern;
        builder.schedule = schedule;
        builder.regrowth = regrowth;
        builder.rank = rank;
        builder.blocks = blocks;
        builder.reconstruction = reconstruction;
        builder.rounds = rounds;
        builder.groupSparsity = groupSparsity;
        builder.maxAccuracyDrop = maxAccuracyDrop;
        builder.maxErrorIncrease = maxErrorIncrease;
        builder.minAgreement = minAgreement;
        builder.fineTune = fineTune;
        builder.loss = loss;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private Method method;
        private Criterion criterion;
        private ChannelScores scores;
        private Double ratio;
        private Map<String, Double> ratios;
        private Policy policy;
        private PruningTarget target;
        private Double maxRatio;
        private Integer roundTo;
        private List<String> ignore;
        private PruningSensitivity sensitivity;
        private Scope scope;
        private Double threshold;
        private SparsityRule rule;
        private String pattern;
        private SparsitySchedule schedule;
        private Regrowth regrowth;
        private RankSelection rank;
        private Integer blocks;
        private Reconstruction reconstruction;
        private Integer rounds;
        private GroupSparsity groupSparsity;
        private Double maxAccuracyDrop;
        private Double maxErrorIncrease;
        private Double minAgreement;
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

        public Builder scores(ChannelScores value) {
            this.scores = value;
            return this;
        }

        public Builder ratio(Double value) {
            this.ratio = value;
            return this;
        }

        public Builder ratios(Map<String, Double> value) {
            this.ratios = value;
            return this;
        }

        public Builder policy(Policy value) {
            this.policy = value;
            return this;
        }

        public Builder target(PruningTarget value) {
            this.target = value;
            return this;
        }

        public Builder maxRatio(Double value) {
            this.maxRatio = value;
            return this;
        }

        public Builder roundTo(Integer value) {
            this.roundTo = value;
            return this;
        }

        public Builder ignore(List<String> value) {
            this.ignore = value;
            return this;
        }

        public Builder sensitivity(PruningSensitivity value) {
            this.sensitivity = value;
            return this;
        }

        public Builder scope(Scope value) {
            this.scope = value;
            return this;
        }

        public Builder threshold(Double value) {
            this.threshold = value;
            return this;
        }

        public Builder rule(SparsityRule value) {
            this.rule = value;
            return this;
        }

        public Builder pattern(String value) {
            this.pattern = value;
            return this;
        }

        public Builder schedule(SparsitySchedule value) {
            this.schedule = value;
            return this;
        }

        public Builder regrowth(Regrowth value) {
            this.regrowth = value;
            return this;
        }

        public Builder rank(RankSelection value) {
            this.rank = value;
            return this;
        }

        public Builder blocks(Integer value) {
            this.blocks = value;
            return this;
        }

        public Builder reconstruction(Reconstruction value) {
            this.reconstruction = value;
            return this;
        }

        public Builder rounds(Integer value) {
            this.rounds = value;
            return this;
        }

        public Builder groupSparsity(GroupSparsity value) {
            this.groupSparsity = value;
            return this;
        }

        public Builder maxAccuracyDrop(Double value) {
            this.maxAccuracyDrop = value;
            return this;
        }

        public Builder maxErrorIncrease(Double value) {
            this.maxErrorIncrease = value;
            return this;
        }

        public Builder minAgreement(Double value) {
            this.minAgreement = value;
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
            return new PruneStep(
                    method,
                    criterion,
                    scores,
                    ratio,
                    ratios,
                    policy,
                    target,
                    maxRatio,
                    roundTo,
                    ignore,
                    sensitivity,
                    scope,
                    threshold,
                    rule,
                    pattern,
                    schedule,
                    regrowth,
                    rank,
                    blocks,
                    reconstruction,
                    rounds,
                    groupSparsity,
                    maxAccuracyDrop,
                    maxErrorIncrease,
                    minAgreement,
                    fineTune,
                    loss);
        }
    }
}
