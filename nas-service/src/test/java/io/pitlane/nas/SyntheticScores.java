package io.pitlane.nas;

import io.pitlane.contract.search.ClassifierShape;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.nas.ArchitectureSearch.ProposedTrial;
import java.time.Instant;

/** Scores for tests, and a synthetic benchmark: a known score for every genome. */
final class SyntheticScores {
    /** Images and classes of the synthetic benchmark. */
    static final ClassifierShape SHAPE = new ClassifierShape(8, 8, 1, 4);

    private SyntheticScores() {}

    /** A score with this accuracy and cost. */
    static TrialScore of(int number, String genome, int epochs, double accuracy, long macs) {
        return TrialScore.builder()
                .runId("run")
                .step(0)
                .number(number)
                .genome(genome)
                .epochs(epochs)
                .accuracy(accuracy)
                .macs(macs)
                .parameters(macs / 10)
                .latencyMillis(macs / 1e6)
                .replica("replica")
                .seconds(1)
                .at(Instant.EPOCH)
                .build();
    }

    /** The score of a failed trial. */
    static TrialScore failed(ProposedTrial trial) {
        return TrialScore.builder()
                .runId("run")
                .step(0)
                .number(trial.number())
                .genome(trial.genome().toString())
                .epochs(trial.epochs())
                .accuracy(0)
                .macs(0)
                .parameters(0)
                .failure("it exploded")
                .replica("replica")
                .seconds(1)
                .at(Instant.EPOCH)
                .build();
    }

    /**
     * The synthetic score of a trial: its accuracy grows with width, depth and epochs, and is
     * higher for inverted blocks and kernels of 5.
     */
    static TrialScore of(ProposedTrial trial) {
        var genome = trial.genome();
        double value = genome.stem().width() / 100.0;
        for (var stage : genome.stages()) {
            value += stage.width() / 100.0 + stage.block().ordinal() * 0.06;
            value += stage.kernel() == 5 ? 0.08 : 0;
            value += stage.expansion() * 0.015 + stage.depth() * 0.03;
        }
        double accuracy = (1 - Math.exp(-value)) * (1 - Math.exp(-1 - trial.epochs() / 2.0));
        return of(
                trial.number(),
                genome.toString(),
                trial.epochs(),
                accuracy,
                Network.of(genome, SHAPE).macs());
    }
}
