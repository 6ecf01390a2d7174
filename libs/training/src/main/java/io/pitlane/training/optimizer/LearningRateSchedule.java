package io.pitlane.training.optimizer;

import io.pitlane.contract.training.Training;

/**
 * The learning rate schedule: linear warm-up, then constant, step decay, or cosine decay to zero
 * (Loshchilov and Hutter 2017, "SGDR").
 *
 * @param options warm-up and decay
 * @param peak learning rate after the warm-up
 * @param stepsPerEpoch batches per epoch
 * @param steps steps of the whole training
 */
public record LearningRateSchedule(
        Training.Schedule options, double peak, int stepsPerEpoch, long steps) {

    /** The rate of step {@code step}, from 0. */
    public double at(long step) {
        double warmUp = options.warmUp() * stepsPerEpoch;
        if (step + 1 <= warmUp) {
            return peak * (step + 1) / warmUp;
        }
        return switch (options.decay()) {
            case CONSTANT -> peak;
            case STEP -> peak * Math.pow(options.factor(), drops(step));
            case COSINE -> {
                long from = (long) Math.min(warmUp, steps - 1);
                yield peak * 0.5 * (1 + Math.cos(Math.PI * (step - from) / (steps - from)));
            }
        };
    }

    /** Remaining share of the training before step {@code step}, from 0. */
    public double remaining(long step) {
        return 1 - (double) step / steps;
    }

    private long drops(long step) {
        return options.at().stream().filter(share -> step >= share * steps).count();
    }
}
