package io.pitlane.nas;

import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.SearchObjective;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Ranks the scores of trials by the plan's objective.
 *
 * @param objective the cost to weigh against accuracy, and the limits of both
 * @param original the score of the original, whose cost is the reference
 */
record TrialRanking(SearchObjective objective, TrialScore original) {

    /**
     * The score that the objective picks.
     *
     * @param score one of the Pareto front
     * @param reason in one sentence
     */
    record Selection(TrialScore score, String reason) {}

    /** The cost of a trial, in the unit of the objective. */
    double cost(TrialScore score) {
        return switch (objective.cost()) {
            case MACS -> score.macs();
            case PARAMETERS -> score.parameters();
            case LATENCY -> score.latencyMillis();
        };
    }

    /**
     * The fitness of a score, higher is better. A score outside the limits has a lower fitness than
     * any score within them.
     */
    double fitness(TrialScore score) {
        double cost = cost(score);
        if (objective.maxCost() != null && cost > objective.maxCost()) {
            return objective.maxCost() / cost - 2;
        }
        if (!reachesMinAccuracy(score)) {
            return score.accuracy() - 1;
        }
        return switch (objective.pick()) {
            case ACCURACY -> score.accuracy();
            case COST -> 1 / (1 + cost / cost(original));
            case BALANCED -> weightedProduct(score);
        };
    }

    // Tan et al. 2019, "MnasNet", equation 2.
    private double weightedProduct(TrialScore score) {
        return score.accuracy() * Math.pow(cost(score) / cost(original), objective.exponent());
    }

    private boolean reachesMinAccuracy(TrialScore score) {
        return objective.minAccuracy() == null || score.accuracy() >= objective.minAccuracy();
    }

    private boolean withinLimits(TrialScore score) {
        return reachesMinAccuracy(score)
                && (objective.maxCost() == null || cost(score) <= objective.maxCost());
    }

    /** The Pareto front of accuracy and cost, in ascending order of cost. */
    List<TrialScore> paretoFront(List<TrialScore> scores) {
        return ParetoFront.of(scores, TrialScore::accuracy, this::cost);
    }

    /**
     * Picks one score of a Pareto front: the one closest to the limits where none is within them.
     *
     * @param front at least one score
     */
    Selection pick(List<TrialScore> front) {
        var best = front.stream().max(Comparator.comparingDouble(this::fitness)).orElseThrow();
        return new Selection(best, reason(best));
    }

    private String reason(TrialScore best) {
        if (!withinLimits(best)) {
            return "closest to the limits of the objective; no trial is within them";
        }
        return switch (objective.pick()) {
            case ACCURACY -> "the most accurate" + withinMaxCost();
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
                            weightedProduct(best));
        };
    }

    private String withinMaxCost() {
        return objective.maxCost() == null
                ? ""
                : " within a cost of "
                        + BigDecimal.valueOf(objective.maxCost())
                                .stripTrailingZeros()
                                .toPlainString();
    }
}
