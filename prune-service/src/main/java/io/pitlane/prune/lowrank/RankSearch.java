package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chooses the ranks of a layer's decompositions. */
final class RankSearch {
    /** How often ranks are chosen anew because the estimate of their error was wrong. */
    private static final int CORRECTIONS = 6;

    /** Shares of the cost of a layer that its factors are computed for. */
    private static final double[] SHARES = {0.02, 0.04, 0.07, 0.1, 0.15, 0.22, 0.33, 0.5, 0.7};

    private final FactorizableLayer layer;
    private final InputSamples samples;
    private final RankSelection selection;

    RankSearch(FactorizableLayer layer, InputSamples samples, RankSelection selection) {
        this.layer = layer;
        this.samples = samples;
        this.selection = selection;
    }

    /**
     * The factors of a decomposition at the ranks that are chosen for it.
     *
     * @param macs of all factors, for one image
     * @param error {@link InputSamples#error}
     */
    record Candidate(Factors factors, long macs, double error) {}

    /**
     * One candidate a decomposition: first the one that costs least or, where the cost is given,
     * the one of the smallest error.
     */
    List<Candidate> candidates() {
        var found = new ArrayList<Candidate>();
        for (var decomposition : Decomposition.of(layer, samples, selection.algorithm())) {
            candidate(decomposition).ifPresent(found::add);
        }
        found.sort(
                selection.ratio() == null
                        ? Comparator.comparingLong(Candidate::macs)
                        : Comparator.comparingDouble(Candidate::error));
        return found;
    }

    /**
     * The factors that no others dominate: of all decompositions at several costs, those of a
     * smaller error than all cheaper ones.
     *
     * @return from the cheapest, all cheaper than the layer
     */
    List<Candidate> frontier(FactorCost cost) {
        long uncut = cost.of(List.of(layer.shape()), samples.pixels());
        var decompositions = Decomposition.of(layer, samples, selection.algorithm());
        var frontier = new ArrayList<Candidate>();
        for (double share : SHARES) {
            long most = (long) (share * uncut);
            decompositions.stream()
                    .flatMap(each -> within(each, cost, most).map(r -> evaluate(each, r)).stream())
                    .min(Comparator.comparingDouble(Candidate::error))
                    .filter(best -> frontier.stream().allMatch(c -> best.error() < c.error()))
                    .ifPresent(frontier::add);
        }
        return frontier;
    }

    private Optional<Candidate> candidate(Decomposition decomposition) {
        if (selection.energy() != null) {
            return withError(decomposition, 1 - selection.energy());
        }
        if (selection.ratio() != null) {
            long most =
                    (long)
                            (samples.pixels().macs(List.of(layer.shape()))
                                    * (1 - selection.ratio()));
            return within(decomposition, FactorCost.MACS, most)
                    .map(ranks -> evaluate(decomposition, ranks));
        }
        return Optional.of(evaluate(decomposition, decomposition.variationalRanks()));
    }

    /** The cheapest ranks found whose error is small enough. */
    private Optional<Candidate> withError(Decomposition decomposition, double most) {
        double estimated = most;
        Optional<Candidate> best = Optional.empty();
        for (int i = 0; i < CORRECTIONS; i++) {
            var candidate = evaluate(decomposition, cheapest(decomposition, estimated));
            boolean holds = candidate.error() <= most;
            if (holds && (best.isEmpty() || candidate.macs() < best.get().macs())) {
                best = Optional.of(candidate);
            }
            estimated *= most / Math.max(candidate.error(), most / 10);
        }
        return best;
    }

    private Candidate evaluate(Decomposition decomposition, int[] ranks) {
        var factors = decomposition.factors(ranks);
        return new Candidate(
                factors,
                samples.pixels().macs(factors.shapes()),
                samples.error(layer.weights(), factors.weights()));
    }

    private int[] cheapest(Decomposition decomposition, double error) {
        return allRanks(decomposition)
                .filter(ranks -> decomposition.estimatedError(ranks) <= error)
                .min(Comparator.comparingLong(ranks -> macs(decomposition, ranks)))
                .orElseGet(decomposition::full);
    }

    private Optional<int[]> within(Decomposition decomposition, FactorCost cost, long most) {
        return allRanks(decomposition)
                .filter(ranks -> cost.of(decomposition.shapes(ranks), samples.pixels()) <= most)
                .min(Comparator.comparingDouble(decomposition::estimatedError));
    }

    private long macs(Decomposition decomposition, int[] ranks) {
        return samples.pixels().macs(decomposition.shapes(ranks));
    }

    private static Stream<int[]> allRanks(Decomposition decomposition) {
        int[] full = decomposition.full();
        var first = IntStream.rangeClosed(1, full[0]).boxed();
        return full.length == 1
                ? first.map(rank -> new int[] {rank})
                : first.flatMap(
                        rank ->
                                IntStream.rangeClosed(1, full[1])
                                        .mapToObj(second -> new int[] {rank, second}));
    }
}
