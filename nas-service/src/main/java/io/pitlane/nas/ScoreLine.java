package io.pitlane.nas;

import io.pitlane.contract.NasStep.Cost;
import io.pitlane.contract.TrialScore;
import java.util.Locale;

/** A score as people read it: {@code 87.1 % at 1.2 M MACs: s16|c32x2}. */
final class ScoreLine {
    private static final String[] UNITS = {"", " k", " M", " G", " T"};

    private ScoreLine() {}

    /** Accuracy, cost and genome of a score. */
    static String of(TrialScore score, Cost cost) {
        return String.format(
                Locale.ROOT,
                "%.1f %% at %s: %s",
                score.accuracy() * 100,
                cost(score, cost),
                score.genome());
    }

    /** The cost of a score, with its unit. */
    static String cost(TrialScore score, Cost cost) {
        return switch (cost) {
            case MACS -> count(score.macs()) + " MACs";
            case PARAMETERS -> count(score.parameters()) + " parameters";
            case LATENCY -> String.format(Locale.ROOT, "%.3f ms", score.latencyMillis());
        };
    }

    /** A large number, rounded: {@code 1.2 M}. */
    static String count(long number) {
        double shown = number;
        int unit = 0;
        while (shown >= 999.95 && unit < UNITS.length - 1) {
            shown /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.1f%s", shown, UNITS[unit]);
    }
}
