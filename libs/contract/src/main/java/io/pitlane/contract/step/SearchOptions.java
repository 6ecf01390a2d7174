package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pitlane.contract.validation.Problems;

/**
 * The search strategy and its options.
 *
 * @param strategy the strategy
 * @param population size of the population, of which the oldest leaves; null except for {@link
 *     Strategy#EVOLUTION}
 * @param tournament sample size for the selection of a parent; null except for {@link
 *     Strategy#EVOLUTION}
 * @param parallel number of concurrent trials; the proposals depend on it, not on the number of
 *     replicas
 * @param halving for successive halving: the best 1/halving of each rung are trained with halving
 *     times the epochs; 0 for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchOptions(
        Strategy strategy,
        Integer population,
        Integer tournament,
        Integer parallel,
        Integer halving) {

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

    public static final SearchOptions DEFAULT = builder().build();

    public SearchOptions {
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

        public SearchOptions build() {
            return new SearchOptions(strategy, population, tournament, parallel, halving);
        }
    }
}
