package io.pitlane.prune;

import io.pitlane.contract.pruning.Regrowth;

/**
 * The exchanges of removed weights for others during a training.
 *
 * @param regrowth first fraction, and end
 * @param begin the first step of the final sparsity
 * @param steps number of steps of the training
 */
record Exchanges(Regrowth regrowth, long begin, long steps) {
    private static final double EXCHANGES = 20;

    private long end() {
        return Math.round(regrowth.until() * steps);
    }

    private long every() {
        return regrowth.every() == null
                ? Math.max(1, Math.round((end() - begin) / EXCHANGES))
                : regrowth.every();
    }

    /** Whether weights are exchanged at a step, from 0. */
    boolean isAt(long step) {
        return step > begin && step < end() && (step - begin) % every() == 0;
    }

    /** The share of the remaining weights that is exchanged: {@code f (1 + cos(pi x)) / 2}. */
    double fraction(long step) {
        double x = (double) (step - begin) / (end() - begin);
        return regrowth.fraction() * (1 + Math.cos(Math.PI * x)) / 2;
    }
}
