package io.pitlane.nas;

import java.util.Random;

/**
 * Chooses architectures. What it proposes depends on the random numbers it is given and on what it
 * has learned, and on nothing else.
 */
interface Strategy {

    /** An architecture to try; it may have been tried before. */
    Genome propose(Random random);

    /**
     * Takes note of how well an architecture did.
     *
     * @param fitness the higher, the better
     */
    void learn(Genome genome, double fitness);
}
