package io.pitlane.training.optimizer;

import io.pitlane.contract.training.Training;

/**
 * The learning rate of every step: up in a line while it warms up, then constant, down in steps, or
 * to zero along half a cosine (Loshchilov and Hutter 2017, "SGDR").
 *
 * @param options the course
 * @param highest the rate after the warm-up
 * @param stepsPerEpoch batches in one pass
 * @param steps the step at which training ends
 */
public record RateSchedule(
        Training.Schedule options, double highest, int stepsPerEpoch, long steps) {

    /** The rate of step {@code step}, from 0. */
    public double at(long step) {
        double warmUp = options.warmUp() * stepsPerEpoch;
        if (step + 1 <= warmUp) {
            return highest * (step + 1) / warmUp;
        }
        return switch (options.decay()) {
            case CONSTANT -> highest;
            case STEP -> highest * Math.pow(options.factor(), fallsUpTo(step));
            case COSINE -> {
                long from = (long) Math.min(warmUp, steps - 1);
                yield highest * 0.5 * (1 + Math.cos(Math.PI * (step - from) / (steps - from)));
            }
        };
    }

    /** Share of the training that is still to come before step {@code step}, from 0. */
    public double remaining(long step) {
        return 1 - (double) step / steps;
    }

    private long fallsUpTo(long step) {
        return options.at().stream().filter(share -> step >= share * steps).count();
    }
}
