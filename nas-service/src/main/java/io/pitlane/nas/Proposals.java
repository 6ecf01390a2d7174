package io.pitlane.nas;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The architectures that a strategy proposes, without those proposed before and those that need not
 * be trained to know that they cost too much. What it gives depends on the seed, the number of the
 * proposal and what the strategy has learned.
 */
final class Proposals {
    private static final int TRIES = 1_000;
    private static final int LOOKED_THROUGH = 200_000;

    private final Space space;
    private final Strategy strategy;
    private final Predicate<Genome> admissible;
    private final long seed;
    private final Set<Genome> seen = new HashSet<>();

    Proposals(Space space, Strategy strategy, Predicate<Genome> admissible, long seed) {
        this.space = space;
        this.strategy = strategy;
        this.admissible = admissible;
        this.seed = seed;
    }

    /**
     * A new architecture.
     *
     * @param number which proposal it is, from 0
     * @return empty when there is none left
     */
    Optional<Genome> next(int number) {
        var random = new Random(mixed(seed + number * 0x9E3779B97F4A7C15L));
        var proposed = strategy.propose(random);
        for (int i = 0; i < TRIES; i++) {
            if (isNew(proposed)) {
                return Optional.of(proposed);
            }
            // Two or three changes away from a proposal is still near what was learned.
            proposed = i % 4 == 3 ? strategyAfresh(random, i) : space.mutate(proposed, random);
        }
        return lookedUp(random);
    }

    private Genome strategyAfresh(Random random, int tries) {
        return tries < TRIES / 2 ? strategy.propose(random) : space.random(random);
    }

    private boolean isNew(Genome genome) {
        return admissible.test(genome) && seen.add(genome.canonical());
    }

    /** Goes through the space from somewhere on: all of it, where it is small. */
    private Optional<Genome> lookedUp(Random random) {
        var positions = space.positions();
        var at = new BigInteger(positions.bitLength() + 1, random).mod(positions);
        var most = positions.min(BigInteger.valueOf(LOOKED_THROUGH)).intValue();
        for (int i = 0; i < most; i++) {
            var genome = space.at(at);
            if (isNew(genome)) {
                return Optional.of(genome);
            }
            at = at.add(BigInteger.ONE).mod(positions);
        }
        return Optional.empty();
    }

    // Seeds that follow each other give java.util.Random first numbers that resemble each other.
    private static long mixed(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
