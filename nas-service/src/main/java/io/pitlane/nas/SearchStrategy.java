package io.pitlane.nas;

import io.pitlane.contract.step.SearchOptions;
import java.util.Random;

/**
 * Proposes architectures. A proposal depends only on the random numbers passed in and on the
 * updates so far.
 */
interface SearchStrategy {

    /** The strategy that the search options name. */
    static SearchStrategy of(SearchOptions options, ArchitectureSpace space) {
        return switch (options.strategy()) {
            case RANDOM -> new RandomSearch(space);
            case EVOLUTION ->
                    new RegularisedEvolution(space, options.population(), options.tournament());
            case REINFORCE -> new ReinforceController(space);
        };
    }

    /** An architecture to try; it may have been tried before. */
    Genome propose(Random random);

    /**
     * Learns from the result of an architecture.
     *
     * @param fitness higher is better
     */
    void update(Genome genome, double fitness);

    /** Samples every decision uniformly and learns nothing. */
    record RandomSearch(ArchitectureSpace space) implements SearchStrategy {
        @Override
        public Genome propose(Random random) {
            return space.sample(random);
        }

        @Override
        public void update(Genome genome, double fitness) {}
    }
}
