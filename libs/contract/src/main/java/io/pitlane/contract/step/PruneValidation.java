package io.pitlane.contract.step;

import io.pitlane.contract.pruning.SparsityPattern;
import io.pitlane.contract.step.PruneStep.Criterion;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.step.PruneStep.Policy;
import io.pitlane.contract.step.PruneStep.SparsityRule;
import io.pitlane.contract.validation.Problems;
import java.util.Locale;

/** Finds the options of a prune step that are out of range or have no effect. */
record PruneValidation(PruneStep step, Problems problems) {

    /** Adds every problem. */
    void check() {
        problems.require(
                step.criterion() == null || step.method() == Method.CHANNELS,
                "criterion",
                "has no effect with method: " + method() + "; leave it out");
        problems.require(
                step.ratio() == null || step.ratio() > 0 && step.ratio() < 1,
                "ratio",
                "must be above 0 and below 1, but is " + step.ratio());
        problems.require(
                step.scope() == null || step.method() == Method.MAGNITUDE,
                "scope",
                "has no effect with method: " + method() + "; leave it out");
        if (step.method() == Method.MAGNITUDE) {
            checkMagnitude();
        } else {
            checkWithoutMagnitude();
        }
        checkRank();
        checkBlocks();
        checkScores();
        checkReconstruction();
        checkAllocation();
        checkRounds();
        checkGroupSparsity();
        step.checkLimits(problems);
        if (step.method() == Method.LOW_RANK || step.method() == Method.BLOCKS) {
            var unlimited = "has an effect with methods channels and magnitude only; leave it out";
            problems.require(step.maxAccuracyDrop() == null, "maxAccuracyDrop", unlimited);
            problems.require(step.maxErrorIncrease() == null, "maxErrorIncrease", unlimited);
            problems.require(step.minAgreement() == null, "minAgreement", unlimited);
        }
        if (step.limits() > 0 && step.ratio() == null && step.target() == null) {
            problems.add(
                    "must have a ratio or a target for a search within a limit of the loss: leave out"
                            + " threshold, rule: median and N:M patterns");
        }
        step.fineTune().check(problems.at("fineTune"));
        step.loss().check(problems.at("loss"));
        step.loss().checkNotEmpty(problems.at("loss"));
    }

    private void checkMagnitude() {
        problems.require(
                step.pattern() == null || SparsityPattern.parse(step.pattern()).isPresent(),
                "pattern",
                "must be weights kept of a group, as 2:4, or rows x columns of a block, as 1x4, none"
                        + " above 64, but is '"
                        + step.pattern()
                        + "'");
        boolean isNofM = PruneStep.nOfM(step.pattern()).isPresent();
        var fixed =
                "has no effect with pattern: "
                        + step.pattern()
                        + ", which says how much is removed";
        problems.require(!isNofM || step.rule() == null, "rule", fixed + "; leave it out");
        problems.require(!isNofM || step.ratio() == null, "ratio", fixed + "; leave it out");
        problems.require(!isNofM || step.scope() == null, "scope", fixed + "; leave it out");
        if (step.rule() != null && step.rule() != SparsityRule.RATIO) {
            var other = "has an effect with rule: ratio only; leave it out";
            problems.require(step.ratio() == null, "ratio", other);
            problems.require(step.scope() == null, "scope", other);
        }
        problems.require(
                step.pattern() == null || isNofM || step.rule() != SparsityRule.MEDIAN,
                "pattern",
                "has no effect with rule: median, which removes whole rows; leave it out");
        problems.require(
                step.threshold() == null || step.rule() == SparsityRule.THRESHOLD,
                "threshold",
                "has an effect with rule: threshold only; leave it out");
        problems.require(
                step.threshold() == null || step.threshold() > 0 && step.threshold() <= 1e6,
                "threshold",
                "must be above 0 and up to 1000000, but is " + step.threshold());
        checkSchedule();
    }

    private void checkSchedule() {
        var untrained = "has no effect with fineTune.epochs: 0; leave it out";
        if (step.schedule() != null) {
            problems.require(step.fineTune().epochs() > 0, "schedule", untrained);
            step.schedule().check(problems.at("schedule"));
        }
        if (step.regrowth() != null) {
            problems.require(step.fineTune().epochs() > 0, "regrowth", untrained);
            problems.require(
                    PruneStep.nOfM(step.pattern()).isEmpty(),
                    "regrowth",
                    "would break the pattern " + step.pattern() + "; leave it out");
            step.regrowth().check(problems.at("regrowth"));
            double begin = step.schedule() == null ? 0 : step.schedule().reached();
            problems.require(
                    step.regrowth().until() > begin,
                    "regrowth.until",
                    "must be above schedule.end, from where weights are exchanged, but is "
                            + step.regrowth().until());
        }
    }

    private void checkWithoutMagnitude() {
        var only = "has an effect with method: magnitude only; leave it out";
        problems.require(step.threshold() == null, "threshold", only);
        problems.require(step.rule() == null, "rule", only);
        problems.require(step.pattern() == null, "pattern", only);
        problems.require(step.schedule() == null, "schedule", only);
        problems.require(step.regrowth() == null, "regrowth", only);
    }

    private void checkRank() {
        if (step.method() == Method.LOW_RANK) {
            problems.require(
                    step.ratio() == null,
                    "ratio",
                    "has no effect with method: low-rank, where rank says how much is removed;"
                            + " leave it out");
            checkRankTarget();
        }
        if (step.rank() != null) {
            problems.require(
                    step.method() == Method.LOW_RANK,
                    "rank",
                    "has an effect with method: low-rank only; leave it out");
            step.rank().check(problems.at("rank"));
        }
    }

    private void checkRankTarget() {
        if (step.target() == null) {
            return;
        }
        step.target().check(problems.at("target"));
        problems.require(
                step.target().latencyMillis() == null,
                "target.latencyMillis",
                "is of method: channels; with method: low-rank use macs");
        problems.require(
                !step.rank().choosesRank(),
                "rank",
                "must not choose the rank with target, which chooses those of all layers: energy,"
                        + " ratio or variational has no effect; leave it out");
    }

    private void checkBlocks() {
        if (step.blocks() == null) {
            return;
        }
        problems.require(
                step.method() == Method.BLOCKS,
                "blocks",
                "has an effect with method: blocks only; leave it out");
        problems.require(
                step.ratio() == null || step.method() != Method.BLOCKS,
                "ratio",
                "has no effect with blocks, which says how many are removed; leave it out");
        problems.require(
                step.blocks() >= 1 && step.blocks() <= 10_000,
                "blocks",
                "must be between 1 and 10000, but is " + step.blocks());
    }

    private void checkReconstruction() {
        if (step.reconstruction() != null) {
            problems.require(
                    step.method() == Method.CHANNELS,
                    "reconstruction",
                    "has an effect with method: channels only; leave it out");
            step.reconstruction().check(problems.at("reconstruction"));
        }
    }

    /** Checks how much each group of channels loses. */
    private void checkAllocation() {
        if (step.method() != Method.CHANNELS) {
            var message = "has no effect with method: " + method() + "; leave it out";
            problems.require(step.policy() == null, "policy", message);
            problems.require(
                    step.target() == null || step.method() == Method.LOW_RANK, "target", message);
            problems.require(step.ratios() == null, "ratios", message);
            problems.require(step.maxRatio() == null, "maxRatio", message);
            problems.require(step.roundTo() == null, "roundTo", message);
            problems.require(
                    step.ignore() == null || step.method() != Method.BLOCKS, "ignore", message);
            problems.require(step.sensitivity() == null, "sensitivity", message);
            return;
        }
        if (step.target() != null) {
            var message = "has no effect with target, which says how much is removed; leave it out";
            problems.require(step.ratio() == null, "ratio", message);
            problems.require(step.policy() == null, "policy", message);
            step.target().check(problems.at("target"));
            problems.require(
                    step.target().latencyMillis() == null || step.limits() == 0,
                    "target.latencyMillis",
                    "cannot be searched for a limit of the loss; use macs");
        }
        checkRatios();
        checkMaxRatio();
        problems.require(
                step.roundTo() == null || step.roundTo() >= 2 && step.roundTo() <= 1024,
                "roundTo",
                "must be between 2 and 1024, but is " + step.roundTo());
        if (step.sensitivity() != null) {
            step.sensitivity().check(problems.at("sensitivity"));
        }
    }

    private void checkRatios() {
        if (step.ratios() == null) {
            return;
        }
        problems.require(
                step.policy() == Policy.UNIFORM,
                "ratios",
                "has no effect with "
                        + (step.target() == null ? "policy: global" : "target")
                        + ", which chooses the ratio of every group; name layers in ignore, or"
                        + " leave it out");
        step.ratios()
                .forEach(
                        (layer, value) ->
                                problems.at("ratios")
                                        .require(
                                                value != null && value >= 0 && value < 1,
                                                layer,
                                                "must be at least 0 and below 1, but is " + value));
    }

    private void checkMaxRatio() {
        problems.require(
                step.maxRatio() == null || step.maxRatio() > 0 && step.maxRatio() < 1,
                "maxRatio",
                "must be above 0 and below 1, but is " + step.maxRatio());
        problems.require(
                step.maxRatio() == null || step.policy() != Policy.UNIFORM,
                "maxRatio",
                "has no effect with policy: uniform, by which every group loses the ratio; leave it"
                        + " out");
        problems.require(
                step.maxRatio() == null || step.ratio() == null || step.ratio() <= step.maxRatio(),
                "maxRatio",
                "must be at least the ratio %s, but is %s"
                        .formatted(step.ratio(), step.maxRatio()));
    }

    private void checkGroupSparsity() {
        if (step.groupSparsity() != null) {
            problems.require(
                    step.method() == Method.CHANNELS,
                    "groupSparsity",
                    "has an effect with method: channels only; leave it out");
            step.groupSparsity().check(problems.at("groupSparsity"));
        }
    }

    private void checkRounds() {
        if (step.rounds() == null) {
            return;
        }
        problems.require(
                step.method() == Method.CHANNELS,
                "rounds",
                "has an effect with method: channels only; leave it out");
        problems.require(
                step.rounds() >= 1 && step.rounds() <= 20,
                "rounds",
                "must be between 1 and 20, but is " + step.rounds());
    }

    private void checkScores() {
        if (step.scores() == null) {
            return;
        }
        problems.require(
                step.method() == Method.CHANNELS,
                "scores",
                "has an effect with method: channels only; leave it out");
        if (step.method() != Method.CHANNELS) {
            return;
        }
        var within = problems.at("scores");
        step.scores().check(within);
        var criterion = step.criterion() == null ? Criterion.TAYLOR : step.criterion();
        boolean isRandom = criterion == Criterion.RANDOM;
        boolean byLayer = !isRandom && !criterion.isOfGradients();
        var noEffect = "has no effect with criterion: " + written(criterion) + "; leave it out";
        requireEffect(within, "reduction", step.scores().reduction(), byLayer, noEffect);
        requireEffect(within, "normalization", step.scores().normalization(), !isRandom, noEffect);
        requireEffect(within, "consumers", step.scores().consumers(), criterion.isNorm(), noEffect);
        requireEffect(within, "samples", step.scores().samples(), criterion.isOfImages(), noEffect);
    }

    private static void requireEffect(
            Problems problems, String option, Object value, boolean hasEffect, String message) {
        problems.require(value == null || hasEffect, option, message);
    }

    private String method() {
        return written(step.method());
    }

    /** As a plan writes it. */
    private static String written(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
