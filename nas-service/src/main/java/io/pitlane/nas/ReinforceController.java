package io.pitlane.nas;

import java.util.Arrays;
import java.util.Random;

/**
 * A controller trained by REINFORCE (Williams 1992; Zoph and Le 2017, "Neural Architecture Search
 * with Reinforcement Learning", section 3.2): the policy is a softmax over the options of each
 * decision, and its gradient is {@code (reward - baseline) * grad log p}, the baseline a moving
 * average of the rewards. Rewards are divided by their spread, so that the rate fits any objective;
 * an entropy bonus keeps the policy from settling at once.
 */
final class ReinforceController implements Strategy {
    private static final double RATE = 0.4;
    private static final double ENTROPY = 0.02;
    private static final double MEMORY = 0.8;
    private static final double LARGEST_ADVANTAGE = 3;

    private final Space space;
    private final double[][] logits;
    private double baseline;
    private double spread;
    private boolean begun;

    ReinforceController(Space space) {
        this.space = space;
        this.logits =
                space.decisions().stream()
                        .map(decision -> new double[decision.options().size()])
                        .toArray(double[][]::new);
    }

    @Override
    public Genome propose(Random random) {
        return space.genome(
                Arrays.stream(logits).mapToInt(l -> drawn(probabilities(l), random)).toArray());
    }

    private static int drawn(double[] probabilities, Random random) {
        double left = random.nextDouble();
        for (int i = 0; i < probabilities.length - 1; i++) {
            left -= probabilities[i];
            if (left < 0) {
                return i;
            }
        }
        return probabilities.length - 1;
    }

    @Override
    public void learn(Genome genome, double fitness) {
        double advantage = advantage(fitness);
        var taken = space.positions(genome);
        for (int d = 0; d < taken.length; d++) {
            if (space.counts(taken, d)) {
                ascend(logits[d], taken[d], advantage);
            }
        }
    }

    private double advantage(double reward) {
        if (!begun) {
            begun = true;
            baseline = reward;
            return 0;
        }
        double above = reward - baseline;
        spread = spread == 0 ? Math.abs(above) : blend(spread, Math.abs(above));
        baseline = blend(baseline, reward);
        double scaled = spread == 0 ? 0 : above / spread;
        return Math.max(-LARGEST_ADVANTAGE, Math.min(LARGEST_ADVANTAGE, scaled));
    }

    private static double blend(double before, double now) {
        return MEMORY * before + (1 - MEMORY) * now;
    }

    private static void ascend(double[] logits, int taken, double advantage) {
        var p = probabilities(logits);
        double entropy = -Arrays.stream(p).map(share -> share * Math.log(share)).sum();
        for (int i = 0; i < logits.length; i++) {
            double gradient = (i == taken ? 1 : 0) - p[i];
            double ofEntropy = -p[i] * (Math.log(p[i]) + entropy);
            logits[i] += RATE * advantage * gradient + ENTROPY * ofEntropy;
        }
    }

    private static double[] probabilities(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        var powers = Arrays.stream(logits).map(l -> Math.exp(l - largest)).toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(power -> Math.max(power / sum, 1e-12)).toArray();
    }

    /** The probability of each option of a decision. */
    double[] policy(int decision) {
        return probabilities(logits[decision]);
    }
}
