package io.pitlane.training;

import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.training.checkpoint.BestEpoch;
import io.pitlane.training.checkpoint.TrainingPosition;
import java.util.Locale;

/** Reports the progress of training to a listener: about once a second, and after every epoch. */
final class ProgressReport {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final TrainingListener listener;
    private final int epochs;
    private final long steps;
    private long reportedAt = System.nanoTime();

    ProgressReport(TrainingListener listener, int epochs, long steps) {
        this.listener = listener;
        this.epochs = epochs;
        this.steps = steps;
    }

    /** A message before the first step. */
    void note(String message) {
        listener.onProgress(0, message, null);
    }

    /** A step; reported if the last report is a second old. */
    void step(TrainingPosition position) {
        if (System.nanoTime() - reportedAt >= INTERVAL_NANOS) {
            report(position, summary(position), loss(position, null));
        }
    }

    /** The end of an epoch; {@code validationLoss} is NaN without a validation split. */
    void epoch(TrainingPosition position, double validationLoss) {
        report(
                position,
                Double.isNaN(validationLoss)
                        ? summary(position)
                        : format("%s, validation loss %.4f", summary(position), validationLoss),
                loss(position, Double.isNaN(validationLoss) ? null : validationLoss));
    }

    void resumed(TrainingPosition position) {
        report(position, "resumed at step " + position.step(), null);
    }

    void diverged(String what, TrainingPosition back, double rate) {
        report(back, format("%s: back to step %d, rate %.3g", what, back.step(), rate), null);
    }

    void stopped(TrainingPosition position, BestEpoch best) {
        report(
                position,
                format(
                        "stopped after epoch %d: no improvement since epoch %d",
                        position.epoch() - 1, best.epoch()),
                null);
    }

    private String summary(TrainingPosition position) {
        return format(
                "step %d/%d, epoch %d/%d, loss %.4f",
                position.step(), steps, position.epoch(), epochs, position.loss());
    }

    private TrainingLoss loss(TrainingPosition position, Double validationLoss) {
        double done = (double) position.step() * epochs / steps;
        return new TrainingLoss(null, done, epochs, position.loss(), validationLoss);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void report(TrainingPosition position, String message, TrainingLoss loss) {
        reportedAt = System.nanoTime();
        listener.onProgress((double) position.step() / steps, message, loss);
    }
}
