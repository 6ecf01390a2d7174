package io.pitlane.nas;

import java.util.Arrays;
import java.util.Random;

/**
 * A controller trained by REINFORCE (Williams 1992; Zoph and Le 2017, "Neural Architecture Search
 * with Reinforcement Learning", section 3.2): the policy is a softmax over the options of each
 * decision, and its gradient is {@code (reward - baseline) * grad log p}, with a moving average of
 * the rewards as the baseline. The advantage is divided by its mean absolute value, so that one
 * learning rate fits any objective; an entropy bonus prevents early convergence.
 */
final class ReinforceController implements SearchStrategy {
    private static final double LEARNING_RATE = 0.4;
    private static final double ENTROPY_WEIGHT = 0.02;
    private static final double DECAY = 0.8;
    private static final double MAX_ADVANTAGE = 3;

    private final ArchitectureSpace space;
    private final double[][] logits;
    private double baseline;
    private double scale;
    private boolean hasBaseline;

    ReinforceController(ArchitectureSpace space) {
        this.space = space;
        this.logits =
                space.decisions().stream()
                        .map(decision -> new double[decision.options().size()])
                        .toArray(double[][]::new);
    }

    @Override
    public Genome propose(Random random) {
        return space.decode(
                Arrays.stream(logits).mapToInt(l -> sample(softmax(l), random)).toArray());
    }

    private static int sample(double[] probabilities, Random random) {
        double remaining = random.nextDouble();
        for (int i = 0; i < probabilities.length - 1; i++) {
            remaining -= probabilities[i];
            if (remaining < 0) {
                return i;
            }
        }
        return probabilities.length - 1;
    }

    @Override
    public void update(Genome genome, double fitness) {
        double advantage = advantage(fitness);
        var encoding = space.encode(genome);
        for (int d = 0; d < encoding.length; d++) {
            if (space.isActive(encoding, d)) {
                ascend(logits[d], encoding[d], advantage);
            }
        }
    }

    private double advantage(double reward) {
        if (!hasBaseline) {
            hasBaseline = true;
            baseline = reward;
            return 0;
        }
        double advantage = reward - baseline;
        scale = scale == 0 ? Math.abs(advantage) : movingAverage(scale, Math.abs(advantage));
        baseline = movingAverage(baseline, reward);
        double scaled = scale == 0 ? 0 : advantage / scale;
        return Math.max(-MAX_ADVANTAGE, Math.min(MAX_ADVANTAGE, scaled));
    }

    private static double movingAverage(double average, double value) {
        return DECAY * average + (1 - DECAY) * value;
    }

    /** One step of gradient ascent on the logits of a decision. */
    private static void ascend(double[] logits, int taken, double advantage) {
        var p = softmax(logits);
        double entropy = -Arrays.stream(p).map(pi -> pi * Math.log(pi)).sum();
        for (int i = 0; i < logits.length; i++) {
            double gradient = (i == taken ? 1 : 0) - p[i];
            double entropyGradient = -p[i] * (Math.log(p[i]) + entropy);
            logits[i] += LEARNING_RATE * advantage * gradient + ENTROPY_WEIGHT * entropyGradient;
        }
    }

    private static double[] softmax(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        var powers = Arrays.stream(logits).map(l -> Math.exp(l - largest)).toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(power -> Math.max(power / sum, 1e-12)).toArray();
    }

    /** The probability of each option of a decision. */
    double[] policy(int decision) {
        return softmax(logits[decision]);
    }
}
