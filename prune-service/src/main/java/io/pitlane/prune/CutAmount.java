package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How much a step removes, as a search for the largest cut varies it. */
final class CutAmount {
    private CutAmount() {}

    /**
     * A step that removes a share of what another removes, without its limit.
     *
     * @param amount above 0, up to 1 for the same
     */
    static PruneStep of(PruneStep step, double amount) {
        return step.toBuilder()
                .ratio(step.ratio() * amount)
                .ratios(step.ratios() == null ? null : scaled(step.ratios(), amount))
                .maxAccuracyDrop(null)
                .maxErrorIncrease(null)
                .minAgreement(null)
                .build();
    }

    private static Map<String, Double> scaled(Map<String, Double> ratios, double amount) {
        var scaled = new LinkedHashMap<String, Double>();
        ratios.forEach((layer, ratio) -> scaled.put(layer, ratio * amount));
        return scaled;
    }

    /** What a step removes, for the notes. */
    static String describe(PruneStep step) {
        return String.format(Locale.ROOT, "ratio %.3g", step.ratio());
    }
}
