package io.pitlane.prune;

import io.pitlane.contract.pruning.SparsitySchedule;
import io.pitlane.contract.pruning.SparsitySchedule.Shape;

/**
 * The sparsity of each step of a training.
 *
 * @param schedule shape, begin and end
 * @param steps number of steps of the training
 */
record SparsityCurve(SparsitySchedule schedule, long steps) {
    private static final double UPDATES = 20;

    /** The first step at which weights may be removed. */
    long begin() {
        return Math.min(steps - 1, Math.round(schedule.begin() * steps));
    }

    /** The first step of the final sparsity; the training has at least one. */
    long end() {
        long end = Math.round(schedule.reached() * steps);
        return Math.max(begin(), Math.min(steps - 1, end));
    }

    /** Whether the sparsity grows at a step, from 0. */
    boolean growsAt(long step) {
        return step == end() || step > begin() && step < end() && (step - begin()) % every() == 0;
    }

    private long every() {
        return schedule.every() == null
                ? Math.max(1, Math.round((end() - begin()) / UPDATES))
                : schedule.every();
    }

    /**
     * The sparsity of a step at which it grows.
     *
     * @param target the final sparsity, 0..1
     */
    double at(long step, double target) {
        double x = step >= end() ? 1 : (double) (step - begin()) / (end() - begin());
        return switch (schedule.shape()) {
            case ONE_SHOT -> target;
            case LINEAR -> target * x;
            case CUBIC -> target * (1 - Math.pow(1 - x, 3));
            case EXPONENTIAL -> x == 1 ? target : 1 - Math.pow(1 - target, x);
            case COSINE -> target * (1 - Math.cos(Math.PI * x)) / 2;
        };
    }

    /** Whether everything is removed before the first step. */
    static boolean isBeforeTraining(SparsitySchedule schedule) {
        return schedule.shape() == Shape.ONE_SHOT && schedule.begin() == 0;
    }
}
