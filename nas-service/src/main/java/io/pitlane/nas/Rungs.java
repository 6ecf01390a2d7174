package io.pitlane.nas;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Successive halving without waiting for whole rungs (Li et al. 2020, "A System for Massively
 * Parallel Hyperparameter Tuning", algorithm 2): of what was tried on a rung, the best {@code
 * 1/factor} go on to the next, with {@code factor} times the epochs, from the highest rung down.
 */
final class Rungs {
    private final int factor;
    private final int mostEpochs;
    private final List<List<Finished>> rungs = new ArrayList<>();
    private final Set<Promotion> promoted = new HashSet<>();

    private record Finished(Attempt attempt, double fitness) {}

    private record Promotion(int number, int rung) {}

    /**
     * No rungs yet.
     *
     * @param factor above 1; 0 for no promotions
     * @param mostEpochs none is promoted beyond
     */
    Rungs(int factor, int mostEpochs) {
        this.factor = factor;
        this.mostEpochs = mostEpochs;
    }

    void learn(Attempt attempt, double fitness) {
        while (rungs.size() <= attempt.rung()) {
            rungs.add(new ArrayList<>());
        }
        rungs.get(attempt.rung()).add(new Finished(attempt, fitness));
    }

    /** Who goes on, if anybody does; each is given once. */
    Optional<Attempt> promotion() {
        if (factor == 0) {
            return Optional.empty();
        }
        for (int rung = rungs.size() - 1; rung >= 0; rung--) {
            var found = promotable(rungs.get(rung));
            if (found.isPresent()) {
                var up = found.get();
                promoted.add(new Promotion(up.number(), up.rung()));
                return Optional.of(
                        new Attempt(up.number(), up.genome(), up.rung() + 1, up.epochs() * factor));
            }
        }
        return Optional.empty();
    }

    private Optional<Attempt> promotable(List<Finished> rung) {
        return rung.stream()
                .sorted(
                        Comparator.comparingDouble(Finished::fitness)
                                .reversed()
                                .thenComparing(finished -> finished.attempt().number()))
                .limit(rung.size() / factor)
                .map(Finished::attempt)
                .filter(a -> (long) a.epochs() * factor <= mostEpochs)
                .filter(a -> !promoted.contains(new Promotion(a.number(), a.rung())))
                .findFirst();
    }
}
