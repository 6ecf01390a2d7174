package io.pitlane.nas;

import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.SearchObjective.Cost;
import io.pitlane.report.FigureFormat;
import java.util.Locale;

/** Scores and their figures as text. */
final class ScoreFormat {
    private ScoreFormat() {}

    /** Accuracy, cost and genome of a score: {@code 87.1 % at 1.2 M MACs: s16|c32x2}. */
    static String score(TrialScore score, Cost cost) {
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
            case MACS -> FigureFormat.count(score.macs()) + " MACs";
            case PARAMETERS -> FigureFormat.count(score.parameters()) + " parameters";
            case LATENCY -> String.format(Locale.ROOT, "%.3f ms", score.latencyMillis());
        };
    }
}
