package io.pitlane.nas;

import io.pitlane.contract.NasStep.Objective;
import io.pitlane.contract.TrialScore;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What the plan's objective makes of scores.
 *
 * @param objective accuracy against which cost, and the limits of both
 * @param original the score of the model that came in, whose cost is the reference
 */
record Judgement(Objective objective, TrialScore original) {

    /**
     * One of several scores, and why it is the one.
     *
     * @param score the one
     * @param why in one sentence
     */
    record Picked(TrialScore score, String why) {}

    /** What a trial costs, in the unit of the objective. */
    double cost(TrialScore score) {
        return switch (objective.cost()) {
            case MACS -> score.macs();
            case PARAMETERS -> score.parameters();
            case LATENCY -> score.latencyMillis();
        };
    }

    /**
     * One number for a score, the higher the better. A score outside the limits has a lower one
     * than any inside.
     */
    double fitness(TrialScore score) {
        double cost = cost(score);
        if (objective.maxCost() != null && cost > objective.maxCost()) {
            return objective.maxCost() / cost - 2;
        }
        if (!accurateEnough(score)) {
            return score.accuracy() - 1;
        }
        return switch (objective.pick()) {
            case ACCURACY -> score.accuracy();
            case COST -> 1 / (1 + cost / cost(original));
            case BALANCED -> balance(score);
        };
    }

    // Tan et al. 2019, "MnasNet", equation 2.
    private double balance(TrialScore score) {
        return score.accuracy() * Math.pow(cost(score) / cost(original), objective.exponent());
    }

    private boolean accurateEnough(TrialScore score) {
        return objective.minAccuracy() == null || score.accuracy() >= objective.minAccuracy();
    }

    private boolean withinLimits(TrialScore score) {
        return accurateEnough(score)
                && (objective.maxCost() == null || cost(score) <= objective.maxCost());
    }

    /** The scores that no other beats in both accuracy and cost, the cheapest first. */
    List<TrialScore> front(List<TrialScore> scores) {
        return ParetoFront.of(scores, TrialScore::accuracy, this::cost);
    }

    /**
     * The one of a front that the objective picks; where none is within its limits, the one that
     * comes nearest.
     *
     * @param front at least one score
     */
    Picked pick(List<TrialScore> front) {
        var best = front.stream().max(Comparator.comparingDouble(this::fitness)).orElseThrow();
        return new Picked(best, why(best));
    }

    private String why(TrialScore best) {
        if (!withinLimits(best)) {
            return "nearest to the objective's limits, which no trial kept";
        }
        return switch (objective.pick()) {
            case ACCURACY -> "the most accurate" + within();
            case COST ->
                    String.format(
                            Locale.ROOT,
                            "the cheapest with an accuracy of at least %.4g",
                            objective.minAccuracy());
            case BALANCED ->
                    String.format(
                            Locale.ROOT,
                            "the highest accuracy * (cost / original's cost)^%.3g: %.4f",
                            objective.exponent(),
                            balance(best));
        };
    }

    private String within() {
        return objective.maxCost() == null
                ? ""
                : " within a cost of "
                        + BigDecimal.valueOf(objective.maxCost())
                                .stripTrailingZeros()
                                .toPlainString();
    }
}
