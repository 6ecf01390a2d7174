package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.contract.pruning.RankSelection.Algorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a layer can become: factors of several ranks, without their values, which are computed again
 * for those that are chosen.
 *
 * @param name of the layer
 * @param macs its multiply-accumulates for one image
 * @param cost what the target limits, of the layer as it is
 * @param options from the cheapest; all were measured to be fast enough
 * @param reason why there are none; null where there are some
 */
record LayerOptions(String name, long macs, long cost, List<Option> options, String reason) {

    /**
     * Factors of given ranks.
     *
     * @param macs of all factors, for one image
     * @param cost what the target limits
     * @param error {@link InputSamples#error}
     * @param speedup how many times as fast as the layer they were measured to be
     */
    record Option(
            Algorithm algorithm,
            List<Integer> ranks,
            long macs,
            long cost,
            double error,
            double speedup) {}

    /** Computes the factors of a layer for several ranks, and measures how fast they are. */
    static LayerOptions of(SampleCollector collector, RankSelection selection, FactorCost cost) {
        var layer = collector.layer();
        var samples = collector.samples();
        var speeds = new SpeedComparison(collector.tensor(), collector.oneImage());
        var uncut = List.of(layer.shape());
        var options = new ArrayList<Option>();
        double fastest = 0;
        for (var candidate : new RankSearch(layer, samples, selection).frontier(cost)) {
            var factors = candidate.factors();
            double speedup = speeds.ofFactors(layer, factors);
            fastest = Math.max(fastest, speedup);
            if (speedup >= selection.minSpeedup()) {
                options.add(
                        new Option(
                                factors.algorithm(),
                                factors.ranks(),
                                candidate.macs(),
                                cost.of(factors.shapes(), samples.pixels()),
                                candidate.error(),
                                speedup));
            }
        }
        return new LayerOptions(
                layer.name(),
                samples.pixels().macs(uncut),
                cost.of(uncut, samples.pixels()),
                options,
                options.isEmpty() ? reason(fastest) : null);
    }

    private static String reason(double fastest) {
        return fastest == 0
                ? "no factors are cheaper"
                : String.format(
                        Locale.ROOT,
                        "its factors were measured to be at most %.2f times as fast",
                        fastest);
    }
}
