package io.pitlane.model.train;

/**
 * A learning rate that falls to zero along half a cosine (Loshchilov and Hutter 2017, "SGDR").
 *
 * @param start the rate at step 0
 * @param steps the step at which it would be zero
 */
record CosineDecay(double start, long steps) {

    /** The rate of step {@code step}, from 0. */
    float at(long step) {
        return (float) (start * 0.5 * (1 + Math.cos(Math.PI * step / steps)));
    }
}
