package io.pitlane.prune.lowrank;

import java.util.Arrays;

/**
 * The rank of a matrix that consists of a matrix of low rank and noise: the global solution of
 * empirical variational Bayesian matrix factorization, in closed form but for the variance of the
 * noise (Nakajima, Sugiyama, Babacan, Tomioka: Global Analytic Solution of Fully-observed
 * Variational Bayesian Matrix Factorization, JMLR 14, 2013, theorem 2 and corollary 2).
 */
final class VariationalRank {
    private static final int GRID = 400;
    private static final int REFINEMENTS = 60;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final double[] squares;
    private final int small;
    private final int large;
    private final double alpha;
    private final double limit;

    private VariationalRank(double[] squares, int small, int large) {
        this.squares = squares;
        this.small = small;
        this.large = large;
        this.alpha = (double) small / large;
        // The constant is the paper's approximation of the zero of its equation 23.
        double tau = 2.5129 * Math.sqrt(alpha);
        this.limit = (1 + tau) * (1 + alpha / tau);
    }

    /**
     * The rank of a matrix.
     *
     * @param squares its squared singular values from the largest to the smallest, as many as its
     *     smaller dimension
     * @param larger its larger dimension
     * @return 0 where there is nothing but noise
     */
    static int of(double[] squares, int larger) {
        if (squares.length == 0 || squares[0] <= 0) {
            return 0;
        }
        var rank = new VariationalRank(squares, squares.length, larger);
        double threshold = larger * rank.noiseVariance() * rank.limit;
        return (int) Arrays.stream(squares).filter(square -> square > threshold).count();
    }

    /**
     * The variance that minimises the free energy, by a grid and golden sections around its best.
     */
    private double noiseVariance() {
        double highest = Arrays.stream(squares).sum() / ((double) small * large);
        int signals = Math.min((int) Math.ceil(small / (1 + alpha)) - 1, small - 1);
        double rest = Arrays.stream(squares, signals, small).average().orElse(0) / large;
        double lowest = Math.max(squares[Math.max(signals, 0)] / (large * limit), rest);
        lowest = Math.min(Math.max(lowest, highest * 1e-9), highest);
        double step = Math.log(highest / lowest) / GRID;
        int best = 0;
        for (int i = 1; i <= GRID; i++) {
            if (freeEnergy(lowest * Math.exp(step * i))
                    < freeEnergy(lowest * Math.exp(step * best))) {
                best = i;
            }
        }
        double from = Math.log(lowest) + step * Math.max(0, best - 1);
        double to = Math.log(lowest) + step * Math.min(GRID, best + 1);
        for (int i = 0; i < REFINEMENTS; i++) {
            double left = to - GOLDEN * (to - from);
            double right = from + GOLDEN * (to - from);
            if (freeEnergy(Math.exp(left)) < freeEnergy(Math.exp(right))) {
                to = right;
            } else {
                from = left;
            }
        }
        return Math.exp((from + to) / 2);
    }

    /** Of a variance, up to constants (equation 24). */
    private double freeEnergy(double variance) {
        double energy = 0;
        for (double square : squares) {
            double x = Math.max(square, Double.MIN_NORMAL) / (large * variance);
            if (x > limit) {
                double excess = x - (1 + alpha);
                double tau = (excess + Math.sqrt(excess * excess - 4 * alpha)) / 2;
                energy += x - tau + Math.log((tau + 1) / x) + alpha * Math.log(tau / alpha + 1);
            } else {
                energy += x - Math.log(x);
            }
        }
        return energy;
    }
}
