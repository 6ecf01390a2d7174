package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.validation.Problems;

/**
 * Searches for an architecture, then trains the winner, which becomes the run's current model.
 *
 * @param space the architectures that may be tried; null for the default space
 * @param search the search strategy and its options
 * @param objective how accuracy and cost are weighed
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
     * The search strategy and its options.
     *
     * @param strategy the strategy
     * @param population how many architectures compete, the oldest leaving; null but for {@link
     *     Strategy#EVOLUTION}
     * @param tournament how many of them are drawn to find a parent; null but for {@link
     *     Strategy#EVOLUTION}
     * @param parallel number of trials that run at a time; the proposals depend on it, not on the
     *     number of replicas
     * @param halving for successive halving: the best 1/halving of each rung go on with halving
     *     times the epochs; 0 for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Search(
            Strategy strategy,
            Integer population,
            Integer tournament,
            Integer parallel,
            Integer halving) {
        public static final Search DEFAULT = builder().build();

        public Search {
            strategy = strategy == null ? Strategy.EVOLUTION : strategy;
            if (strategy == Strategy.EVOLUTION) {
                population = population == null ? Integer.valueOf(8) : population;
                tournament = tournament == null ? Integer.valueOf(3) : tournament;
            }
            parallel = parallel == null ? Integer.valueOf(4) : parallel;
            halving = halving == null ? Integer.valueOf(0) : halving;
        }

        void check(Problems problems) {
            checkEvolution(problems);
            problems.require(
                    parallel >= 1 && parallel <= 1024,
                    "parallel",
                    "must be between 1 and 1024, but is " + parallel);
            problems.require(
                    halving == 0 || halving >= 2 && halving <= 16,
                    "halving",
                    "must be 0, or between 2 and 16, but is " + halving);
        }

        private void checkEvolution(Problems problems) {
            if (strategy != Strategy.EVOLUTION) {
                var message = "has an effect with strategy: evolution only; leave it out";
                problems.require(population == null, "population", message);
                problems.require(tournament == null, "tournament", message);
                return;
            }
            problems.require(
                    population >= 2 && population <= 10_000,
                    "population",
                    "must be between 2 and 10000, but is " + population);
            problems.require(
                    tournament >= 1 && tournament <= population,
                    "tournament",
                    "must be between 1 and the population, but is " + tournament);
        }

        /** A search with the defaults for everything that is not set. */
        public static Builder builder() {
            return new Builder();
        }

        /** Sets options by name. */
        public static final class Builder {
            private Strategy strategy;
            private Integer population;
            private Integer tournament;
            private Integer parallel;
            private Integer halving;

            private Builder() {}

            public Builder strategy(Strategy value) {
                this.strategy = value;
                return this;
            }

            public Builder population(Integer value) {
                this.population = value;
                return this;
            }

            public Builder tournament(Integer value) {
                this.tournament = value;
                return this;
            }

            public Builder parallel(int value) {
                this.parallel = value;
                return this;
            }

            public Builder halving(int value) {
                this.halving = value;
                return this;
            }

            public Search build() {
                return new Search(strategy, population, tournament, parallel, halving);
            }
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
     * The accuracy and the cost, and how they are weighed.
     *
     * @param cost what a trial costs
     * @param maxCost more is not accepted, in the cost's unit; null for any
     * @param minAccuracy less is not accepted, 0..1; null for any
     * @param exponent how much the cost weighs against accuracy, at most 0; null but for {@link
     *     Pick#BALANCED}
     * @param pick which of the Pareto front is picked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Objective(
            Cost cost, Double maxCost, Double minAccuracy, Double exponent, Pick pick) {
        public static final Objective DEFAULT = builder().build();

        public Objective {
            cost = cost == null ? Cost.MACS : cost;
            pick = pick == null ? Pick.BALANCED : pick;
            if (pick == Pick.BALANCED && exponent == null) {
                exponent = -0.07;
            }
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

            public Objective build() {
                return new Objective(cost, maxCost, minAccuracy, exponent, pick);
            }
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

    private static final int TRIAL_EPOCHS = 2;
    private static final int WINNER_EPOCHS = 20;

    public NasStep {
        search = search == null ? Search.DEFAULT : search;
        objective = objective == null ? Objective.DEFAULT : objective;
        trial = forFreshNetwork(trial, TRIAL_EPOCHS);
        budget = budget == null ? Budget.DEFAULT : budget;
        softTargets = softTargets == null ? Double.valueOf(0) : softTargets;
        training = forFreshNetwork(training, WINNER_EPOCHS);
    }

    private static Training forFreshNetwork(Training written, int defaultEpochs) {
        var training = written == null ? Training.builder().epochs(defaultEpochs).build() : written;
        return training.forFreshNetwork();
    }

    @Override
    @JsonIgnore
    public StageName stage() {
        return StageName.NAS;
    }

    @Override
    public void checkTask(Task task, Problems problems) {
        if (task != Task.CLASSIFICATION) {
            problems.add(
                    "finds classifiers, but the task is " + task.label() + "; leave the step out");
        }
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
                "must be above 0: architectures are compared on the validation images");
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

    /** A step with the defaults for everything that is not set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.space = space;
        builder.search = search;
        builder.objective = objective;
        builder.trial = trial;
        builder.budget = budget;
        builder.softTargets = softTargets;
        builder.training = training;
        return builder;
    }

    /** Sets options by name. */
    public static final class Builder {
        private SearchSpace space;
        private Search search;
        private Objective objective;
        private Training trial;
        private Budget budget;
        private Double softTargets;
        private Training training;

        private Builder() {}

        public Builder space(SearchSpace value) {
            this.space = value;
            return this;
        }

        public Builder search(Search value) {
            this.search = value;
            return this;
        }

        public Builder objective(Objective value) {
            this.objective = value;
            return this;
        }

        public Builder trial(Training value) {
            this.trial = value;
            return this;
        }

        public Builder budget(Budget value) {
            this.budget = value;
            return this;
        }

        public Builder softTargets(double value) {
            this.softTargets = value;
            return this;
        }

        public Builder training(Training value) {
            this.training = value;
            return this;
        }

        public NasStep build() {
            return new NasStep(space, search, objective, trial, budget, softTargets, training);
        }
    }
}
