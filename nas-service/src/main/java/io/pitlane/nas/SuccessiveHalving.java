package io.pitlane.nas;

import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asynchronous successive halving (Li et al. 2020, "A System for Massively Parallel Hyperparameter
 * Tuning", algorithm 2): the best {@code 1/factor} of the trials of a rung are promoted to the
 * next, with {@code factor} times the epochs, before the rung is complete. Higher rungs promote
 * first.
 */
final class SuccessiveHalving {
    private final int factor;
    private final int maxEpochs;
    private final List<List<Result>> rungs = new ArrayList<>();
    private final Set<Promotion> promoted = new HashSet<>();

    private record Result(ProposedTrial trial, double fitness) {}

    private record Promotion(int number, int rung) {}

    /**
     * A halving without results.
     *
     * @param factor above 1; 0 for no promotions
     * @param maxEpochs limit of a trial's epochs; none is promoted beyond it
     */
    SuccessiveHalving(int factor, int maxEpochs) {
        this.factor = factor;
        this.maxEpochs = maxEpochs;
    }

    void update(ProposedTrial trial, double fitness) {
        while (rungs.size() <= trial.rung()) {
            rungs.add(new ArrayList<>());
        }
        rungs.get(trial.rung()).add(new Result(trial, fitness));
    }

    /** The next trial of an architecture that has earned a promotion; each is returned once. */
    Optional<ProposedTrial> promotion() {
        if (factor == 0) {
            return Optional.empty();
        }
        for (int rung = rungs.size() - 1; rung >= 0; rung--) {
            var promotable = promotable(rungs.get(rung));
            if (promotable.isPresent()) {
                var trial = promotable.get();
                promoted.add(new Promotion(trial.number(), trial.rung()));
                return Optional.of(
                        new ProposedTrial(
                                trial.number(),
                                trial.genome(),
                                trial.rung() + 1,
                                trial.epochs() * factor));
            }
        }
        return Optional.empty();
    }

    private Optional<ProposedTrial> promotable(List<Result> rung) {
        return rung.stream()
                .sorted(
                        Comparator.comparingDouble(Result::fitness)
                                .reversed()
                                .thenComparing(result -> result.trial().number()))
                .limit(rung.size() / factor)
                .map(Result::trial)
                .filter(t -> (long) t.epochs() * factor <= maxEpochs)
                .filter(t -> !promoted.contains(new Promotion(t.number(), t.rung())))
                .findFirst();
    }
}
