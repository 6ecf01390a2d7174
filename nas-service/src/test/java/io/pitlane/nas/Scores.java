package io.pitlane.nas;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.contract.TrialScore;
import java.time.Instant;

/** Scores for tests, and a landscape that a search can climb. */
final class Scores {
    /** What the imagined networks take and give. */
    static final ClassifierShape SHAPE = new ClassifierShape(8, 8, 1, 4);

    private Scores() {}

    /** A score of so much accuracy at so many MACs. */
    static TrialScore of(int number, String genome, int epochs, double accuracy, long macs) {
        return new TrialScore(
                "run",
                0,
                number,
                genome,
                epochs,
                null,
                accuracy,
                macs,
                macs / 10,
                macs / 1e6,
                null,
                "replica",
                1,
                Instant.EPOCH);
    }

    /** A training that came to nothing. */
    static TrialScore failed(Attempt attempt) {
        return new TrialScore(
                "run",
                0,
                attempt.number(),
                attempt.genome().toString(),
                attempt.epochs(),
                null,
                0,
                0,
                0,
                null,
                "it exploded",
                "replica",
                1,
                Instant.EPOCH);
    }

    /**
     * An accuracy that grows with width, prefers inverted blocks and kernels of 5, and gets better
     * with epochs; every genome has one.
     */
    static TrialScore imagined(Attempt attempt) {
        var genome = attempt.genome();
        double value = genome.stem().width() / 100.0;
        for (var stage : genome.stages()) {
            value += stage.width() / 100.0 + stage.block().ordinal() * 0.06;
            value += stage.kernel() == 5 ? 0.08 : 0;
            value += stage.expansion() * 0.015 + stage.depth() * 0.03;
        }
        double accuracy = (1 - Math.exp(-value)) * (1 - Math.exp(-1 - attempt.epochs() / 2.0));
        return of(
                attempt.number(),
                genome.toString(),
                attempt.epochs(),
                accuracy,
                Network.of(genome, SHAPE).macs());
    }
}
