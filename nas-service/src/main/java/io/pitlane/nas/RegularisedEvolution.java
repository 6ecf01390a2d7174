package io.pitlane.nas;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Random;

/**
 * Ageing evolution (Real et al. 2019, "Regularized Evolution for Image Classifier Architecture
 * Search", algorithm 1): the first ones are drawn at random; then the best of a few drawn from the
 * population is mutated, and the oldest one leaves, however good it is.
 */
final class RegularisedEvolution implements Strategy {
    private final Space space;
    private final int population;
    private final int tournament;
    private final Deque<Member> members = new ArrayDeque<>();
    private int proposed;

    private record Member(Genome genome, double fitness) {}

    /**
     * An evolution with nobody in it.
     *
     * @param population how many compete
     * @param tournament how many are drawn to find a parent
     */
    RegularisedEvolution(Space space, int population, int tournament) {
        this.space = space;
        this.population = population;
        this.tournament = tournament;
    }

    @Override
    public Genome propose(Random random) {
        proposed++;
        if (proposed <= population || members.isEmpty()) {
            return space.random(random);
        }
        var drawn = new ArrayList<>(members);
        Collections.shuffle(drawn, random);
        var parent =
                drawn.stream()
                        .limit(tournament)
                        .max(Comparator.comparingDouble(Member::fitness))
                        .orElseThrow();
        return space.mutate(parent.genome(), random);
    }

    @Override
    public void learn(Genome genome, double fitness) {
        members.addLast(new Member(genome, fitness));
        if (members.size() > population) {
            members.removeFirst();
        }
    }
}
