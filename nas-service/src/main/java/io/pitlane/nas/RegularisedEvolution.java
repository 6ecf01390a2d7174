package io.pitlane.nas;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Random;

/**
 * Ageing evolution (Real et al. 2019, "Regularized Evolution for Image Classifier Architecture
 * Search", algorithm 1): the initial population is random; then the winner of a tournament is
 * mutated, and the oldest individual leaves the population, whatever its fitness.
 */
final class RegularisedEvolution implements SearchStrategy {
    private final ArchitectureSpace space;
    private final int populationSize;
    private final int tournamentSize;
    private final Deque<Individual> population = new ArrayDeque<>();
    private int proposed;

    private record Individual(Genome genome, double fitness) {}

    /**
     * An evolution with an empty population.
     *
     * @param populationSize individuals that compete
     * @param tournamentSize individuals sampled to find a parent
     */
    RegularisedEvolution(ArchitectureSpace space, int populationSize, int tournamentSize) {
        this.space = space;
        this.populationSize = populationSize;
        this.tournamentSize = tournamentSize;
    }

    @Override
    public Genome propose(Random random) {
        proposed++;
        if (proposed <= populationSize || population.isEmpty()) {
            return space.sample(random);
        }
        var shuffled = new ArrayList<>(population);
        Collections.shuffle(shuffled, random);
        var parent =
                shuffled.stream()
                        .limit(tournamentSize)
                        .max(Comparator.comparingDouble(Individual::fitness))
                        .orElseThrow();
        return space.mutate(parent.genome(), random);
    }

    @Override
    public void update(Genome genome, double fitness) {
        population.addLast(new Individual(genome, fitness));
        if (population.size() > populationSize) {
            population.removeFirst();
        }
    }
}
