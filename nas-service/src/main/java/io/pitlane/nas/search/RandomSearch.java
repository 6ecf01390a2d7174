package io.pitlane.nas.search;

import io.pitlane.nas.space.Genome;
import io.pitlane.nas.space.Space;
import java.util.Random;

/** Draws every decision evenly; learns nothing. */
final class RandomSearch implements Strategy {
    private final Space space;

    RandomSearch(Space space) {
        this.space = space;
    }

    @Override
    public Genome propose(Random random) {
        return space.random(random);
    }

    @Override
    public void learn(Genome genome, double fitness) {}
}
