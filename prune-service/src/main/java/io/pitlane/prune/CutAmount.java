package io.pitlane.prune;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How much a step removes, as a search for the largest cut varies it. */
final class CutAmount {
    private static final long FLOAT_BYTES = 4;

    private CutAmount() {}

    /**
     * A step that removes a share of what another removes, without its limit.
     *
     * @param amount above 0, up to 1 for the same
     * @param parameters of the model before
     */
    static PruneStep of(PruneStep step, double amount, long parameters) {
        return step.toBuilder()
                .ratio(step.ratio() == null ? null : step.ratio() * amount)
                .ratios(step.ratios() == null ? null : scaled(step.ratios(), amount))
                .target(step.target() == null ? null : scaled(step.target(), amount, parameters))
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

    private static PruningTarget scaled(PruningTarget target, double amount, long parameters) {
        if (target.sizeBytes() != null) {
            double all = FLOAT_BYTES * (double) parameters;
            double removed = Math.max(0, all - target.sizeBytes());
            return PruningTarget.ofSize(Math.round(all - removed * amount));
        }
        return target.macs() != null
                ? PruningTarget.ofMacs(1 - (1 - target.macs()) * amount)
                : PruningTarget.ofParameters(1 - (1 - target.parameters()) * amount);
    }

    /** What a step removes, for the notes. */
    static String describe(PruneStep step) {
        if (step.target() == null) {
            return String.format(Locale.ROOT, "ratio %.3g", step.ratio());
        }
        var target = step.target();
        if (target.sizeBytes() != null) {
            return "target.sizeBytes " + target.sizeBytes();
        }
        return target.macs() != null
                ? String.format(Locale.ROOT, "target.macs %.3g", target.macs())
                : String.format(Locale.ROOT, "target.parameters %.3g", target.parameters());
    }
}
