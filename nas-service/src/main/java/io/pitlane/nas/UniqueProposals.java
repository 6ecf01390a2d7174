package io.pitlane.nas;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The proposals of a strategy without duplicates and without architectures that are known to exceed
 * the cost limit. A proposal depends on the seed, its number, and the updates of the strategy.
 */
final class UniqueProposals {
    private static final int MAX_PROPOSALS = 1_000;
    private static final int MAX_ENUMERATED = 200_000;

    private final ArchitectureSpace space;
    private final SearchStrategy strategy;
    private final Predicate<Genome> admissible;
    private final long seed;
    private final Set<Genome> proposed = new HashSet<>();

    UniqueProposals(
            ArchitectureSpace space,
            SearchStrategy strategy,
            Predicate<Genome> admissible,
            long seed) {
        this.space = space;
        this.strategy = strategy;
        this.admissible = admissible;
        this.seed = seed;
    }

    /**
     * An architecture that was not proposed before.
     *
     * @param number of the proposal, from 0
     * @return empty when there is none left
     */
    Optional<Genome> next(int number) {
        var random = new Random(mixed(seed + number * 0x9E3779B97F4A7C15L));
        var genome = strategy.propose(random);
        for (int i = 0; i < MAX_PROPOSALS; i++) {
            if (accept(genome)) {
                return Optional.of(genome);
            }
            // A few mutations away from a proposal is still close to what the strategy learnt.
            genome = i % 4 == 3 ? restart(random, i) : space.mutate(genome, random);
        }
        return enumerated(random);
    }

    private Genome restart(Random random, int rejected) {
        return rejected < MAX_PROPOSALS / 2 ? strategy.propose(random) : space.sample(random);
    }

    private boolean accept(Genome genome) {
        return admissible.test(genome) && proposed.add(genome.canonical());
    }

    /** Enumerates the space from a random index: all of it, where it is small. */
    private Optional<Genome> enumerated(Random random) {
        var count = space.indexCount();
        var index = new BigInteger(count.bitLength() + 1, random).mod(count);
        var steps = count.min(BigInteger.valueOf(MAX_ENUMERATED)).intValue();
        for (int i = 0; i < steps; i++) {
            var genome = space.atIndex(index);
            if (accept(genome)) {
                return Optional.of(genome);
            }
            index = index.add(BigInteger.ONE).mod(count);
        }
        return Optional.empty();
    }

    // The first numbers of java.util.Random are correlated for seeds that follow each other.
    private static long mixed(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
