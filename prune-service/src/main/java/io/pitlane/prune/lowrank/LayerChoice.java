package io.pitlane.prune.lowrank;

import io.pitlane.contract.finding.LayerFactors.Layer;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.prune.lowrank.LayerOptions.Option;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of one layer.
 *
 * @param layer what was computed and measured, and whether the factors replace the layer
 * @param factors the best ones; null where there are none
 */
record LayerChoice(Layer layer, Factors factors) {

    /** Computes the factors of a layer, and measures whether they pay. */
    static LayerChoice of(SampleCollector collector, RankSelection selection) {
        var layer = collector.layer();
        var samples = collector.samples();
        long macs = samples.pixels().macs(List.of(layer.shape()));
        var speeds = new SpeedComparison(collector.tensor(), collector.oneImage());
        LayerChoice best = null;
        for (var candidate : new RankSearch(layer, samples, selection).candidates()) {
            var choice = of(layer, macs, candidate, speeds, selection.minSpeedup());
            if (choice.layer().taken()) {
                return choice;
            }
            best = best == null ? choice : best;
        }
        return best == null ? none(layer, macs) : best;
    }

    /** Factors that an allocation chose. */
    static LayerChoice of(LayerOptions options, Option chosen, Factors factors) {
        return new LayerChoice(
                new Layer(
                        options.name(),
                        chosen.algorithm(),
                        chosen.ranks(),
                        options.macs(),
                        chosen.macs(),
                        chosen.error(),
                        chosen.speedup(),
                        true,
                        null),
                factors);
    }

    /** A layer that an allocation leaves as it is. */
    static LayerChoice stays(LayerOptions options) {
        var reason =
                options.reason() == null
                        ? "the target is reached at a smaller error with the factors of other layers"
                        : options.reason();
        return new LayerChoice(
                new Layer(
                        options.name(),
                        null,
                        null,
                        options.macs(),
                        null,
                        null,
                        null,
                        false,
                        reason),
                null);
    }

    private static LayerChoice none(FactorizableLayer layer, long macs) {
        var reason = "no rank leaves so few multiply-accumulates at so small an error";
        return new LayerChoice(
                new Layer(layer.name(), null, null, macs, null, null, null, false, reason), null);
    }

    private static LayerChoice of(
            FactorizableLayer layer,
            long macs,
            RankSearch.Candidate candidate,
            SpeedComparison speeds,
            double minSpeedup) {
        var factors = candidate.factors();
        Double speedup = null;
        String reason = null;
        if (candidate.macs() >= macs) {
            reason = "its factors would save no multiply-accumulates";
        } else {
            speedup = speeds.ofFactors(layer, factors);
            reason = speedup < minSpeedup ? tooSlow(macs, candidate, speedup) : null;
        }
        return new LayerChoice(
                new Layer(
                        layer.name(),
                        factors.algorithm(),
                        factors.ranks(),
                        macs,
                        candidate.macs(),
                        candidate.error(),
                        speedup,
                        reason == null,
                        reason),
                factors);
    }

    private static String tooSlow(long macs, RankSearch.Candidate candidate, double speedup) {
        return String.format(
                Locale.ROOT,
                "its factors would save %.0f %% of its multiply-accumulates, but were measured to be"
                        + " only %.2f times as fast",
                100 * (1 - (double) candidate.macs() / macs),
                speedup);
    }
}
