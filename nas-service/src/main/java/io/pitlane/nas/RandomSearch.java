package io.pitlane.nas;

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
