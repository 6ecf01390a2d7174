package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Searches for an architecture, then trains the winner to the end; it becomes the run's current
 * model.
 *
 * @param space the architectures that may be tried; null for the default space
 * @param search how they are chosen
 * @param objective what makes one better than another
 * @param trial how each is trained for its score; batch norm is always trained
 * @param budget when the search stops
 * @param softTargets weight of the original's soft targets when the winner is trained; 0: labels
 *     only
 * @param training how the winner is trained; batch norm is always trained
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NasStep(
        SearchSpace space,
        Search search,
        Objective objective,
        Training trial,
        Budget budget,
        Double softTargets,
        Training training)
        implements Step {

    /** The strategy. */
    public enum Strategy {
        @JsonProperty("random")
        RANDOM,
        /** Regularised evolution (Real et al. 2019). */
        @JsonProperty("evolution")
        EVOLUTION,
        /** A controller trained by REINFORCE with a moving-average baseline (Zoph and Le 2017). */
        @JsonProperty("reinforce")
        REINFORCE
    }

    /**
     * How architectures are chosen.
     *
     * @param strategy the strategy
     * @param population for evolution: how many compete, the oldest leaving
     * @param tournament for evolution: how many are drawn to find a parent
     * @param parallel trials at work at a time; what is proposed depends on it, not on how many
     *     replicas there are
     * @param halving for successive halving: the best 1/halving of each rung go on with halving
     *     times the epochs; 0 for none
     */
    public record Search(
            Strategy strategy,
            Integer population,
            Integer tournament,
            Integer parallel,
            Integer halving) {
        public static final Search DEFAULT = new Search(null, null, null, null, null);

        public Search {
            strategy = strategy == null ? Strategy.EVOLUTION : strategy;
            population = population == null ? Integer.valueOf(8) : population;
            tournament = tournament == null ? Integer.valueOf(3) : tournament;
            parallel = parallel == null ? Integer.valueOf(4) : parallel;
            halving = halving == null ? Integer.valueOf(0) : halving;
        }

        void check(Problems problems) {
            problems.require(
                    population >= 2 && population <= 10_000,
                    "population",
                    "must be between 2 and 10000, but is " + population);
            problems.require(
                    tournament >= 1 && tournament <= population,
                    "tournament",
                    "must be between 1 and the population, but is " + tournament);
            problems.require(
                    parallel >= 1 && parallel <= 1024,
                    "parallel",
                    "must be between 1 and 1024, but is " + parallel);
            problems.require(
                    halving == 0 || halving >= 2 && halving <= 16,
                    "halving",
                    "must be 0, or between 2 and 16, but is " + halving);
        }
    }

    /** What a trial costs. */
    public enum Cost {
        @JsonProperty("macs")
        MACS,
        @JsonProperty("parameters")
        PARAMETERS,
        /** Milliseconds an image at batch 1, on the machine of the trial. */
        @JsonProperty("latency")
        LATENCY
    }

    /** Which of the Pareto front is picked. */
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

    /**
     * What makes one architecture better than another.
     *
     * @param cost what a trial costs
     * @param maxCost more is not accepted, in the cost's unit; null for any
     * @param minAccuracy less is not accepted, 0..1; null for any
     * @param exponent how much the cost weighs against accuracy, at most 0
     * @param pick which of the Pareto front is picked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Objective(
            Cost cost, Double maxCost, Double minAccuracy, Double exponent, Pick pick) {
        public static final Objective DEFAULT = new Objective(null, null, null, null, null);

        public Objective {
            cost = cost == null ? Cost.MACS : cost;
            exponent = exponent == null ? Double.valueOf(-0.07) : exponent;
            pick = pick == null ? Pick.BALANCED : pick;
        }

        void check(Problems problems) {
            problems.require(
                    maxCost == null || maxCost > 0,
                    "maxCost",
                    "must be above 0, but is " + maxCost);
            problems.require(
                    minAccuracy == null || minAccuracy >= 0 && minAccuracy <= 1,
                    "minAccuracy",
                    "must be between 0 and 1, but is " + minAccuracy);
            problems.require(
                    exponent <= 0 && exponent >= -10,
                    "exponent",
                    "must be between -10 and 0, but is " + exponent);
            problems.require(
                    pick != Pick.COST || minAccuracy != null,
                    "minAccuracy",
                    "is missing; pick: cost takes the cheapest with at least this accuracy");
        }
    }

    /**
     * When the search stops, whichever comes first; the best so far is then taken.
     *
     * @param trials architectures tried
     * @param minutes wall-clock time; null for any
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Budget(Integer trials, Double minutes) {
        public static final Budget DEFAULT = new Budget(null, null);

        public Budget {
            trials = trials == null ? Integer.valueOf(20) : trials;
        }

        void check(Problems problems) {
            problems.require(
                    trials >= 1 && trials <= 100_000,
                    "trials",
                    "must be between 1 and 100000, but is " + trials);
            problems.require(
                    minutes == null || minutes > 0 && minutes <= 100_000,
                    "minutes",
                    "must be above 0 and at most 100000, but is " + minutes);
        }
    }

    private static final int SHORT = 2;
    private static final int TO_THE_END = 20;

    public NasStep {
        search = search == null ? Search.DEFAULT : search;
        objective = objective == null ? Objective.DEFAULT : objective;
        trial = fresh(trial, SHORT);
        budget = budget == null ? Budget.DEFAULT : budget;
        softTargets = softTargets == null ? Double.valueOf(0) : softTargets;
        training = fresh(training, TO_THE_END);
    }

    private static Training fresh(Training said, int epochs) {
        var training = said == null ? Training.DEFAULT.withEpochs(epochs) : said;
        return training.ofFreshNetwork();
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.NAS;
    }

    @Override
    public void check(Problems problems) {
        if (space != null) {
            space.check(problems.at("space"));
        }
        search.check(problems.at("search"));
        objective.check(problems.at("objective"));
        trial.check(problems.at("trial"));
        problems.require(
                trial.epochs() >= 1,
                "trial.epochs",
                "must be at least 1, but is " + trial.epochs());
        problems.require(
                trial.validation() > 0,
                "trial.validation",
                "must be above 0: architectures are compared on the images set aside");
        budget.check(problems.at("budget"));
        problems.require(
                softTargets >= 0 && softTargets <= 1000,
                "softTargets",
                "must be between 0 and 1000, but is " + softTargets);
        training.check(problems.at("training"));
        problems.require(
                training.epochs() >= 1,
                "training.epochs",
                "must be at least 1, but is 0: the winner's weights are fresh");
    }
}
