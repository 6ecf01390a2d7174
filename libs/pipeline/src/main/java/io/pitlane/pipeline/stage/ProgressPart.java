package io.pitlane.pipeline.stage;

import io.pitlane.contract.training.TrainingLoss;

/**
 * Passes on the progress of a part of some work.
 *
 * @param whole told about all the work
 * @param from fraction of the work where the part begins, 0..1
 * @param to fraction where it ends
 * @param name of the part, before its messages; null for none
 */
record ProgressPart(ProgressListener whole, double from, double to, String name)
        implements ProgressListener {

    @Override
    public void at(double fraction, String message) {
        whole.at(within(fraction), named(message));
    }

    @Override
    public void at(double fraction, String message, TrainingLoss loss) {
        whole.at(
                within(fraction),
                named(message),
                name == null ? loss : TrainingLoss.in(name, loss));
    }

    private double within(double fraction) {
        return from + fraction * (to - from);
    }

    private String named(String message) {
        return name == null ? message : name + ": " + message;
    }
}
