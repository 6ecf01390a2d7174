package io.pitlane.training;

import io.pitlane.training.checkpoint.BestEpoch;
import io.pitlane.training.checkpoint.TrainingPosition;
import java.util.Locale;

/** Tells a listener how far training has come: about once a second, and after every epoch. */
final class ProgressReport {
    private static final long EVERY_NANOS = 1_000_000_000;

    private final TrainingListener listener;
    private final int epochs;
    private final long steps;
    private long toldAt = System.nanoTime();

    ProgressReport(TrainingListener listener, int epochs, long steps) {
        this.listener = listener;
        this.epochs = epochs;
        this.steps = steps;
    }

    /** Something to know before the first step. */
    void note(String message) {
        listener.at(0, message);
    }

    void nowAndThen(TrainingPosition at) {
        if (System.nanoTime() - toldAt >= EVERY_NANOS) {
            tell(at, soFar(at));
        }
    }

    /** The end of an epoch; {@code checked} is NaN without validation images. */
    void epoch(TrainingPosition at, double checked) {
        tell(
                at,
                Double.isNaN(checked)
                        ? soFar(at)
                        : format("%s, validation loss %.4f", soFar(at), checked));
    }

    void resumed(TrainingPosition at) {
        tell(at, "resumed at step " + at.step());
    }

    void diverged(String what, TrainingPosition back, double rate) {
        tell(back, format("%s: back to step %d, rate %.3g", what, back.step(), rate));
    }

    void stopped(TrainingPosition at, BestEpoch best) {
        tell(
                at,
                format(
                        "stopped after epoch %d: none was better than epoch %d",
                        at.epoch() - 1, best.epoch()));
    }

    private String soFar(TrainingPosition at) {
        return format(
                "step %d/%d, epoch %d/%d, loss %.4f",
                at.step(), steps, at.epoch(), epochs, at.loss());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void tell(TrainingPosition at, String message) {
        toldAt = System.nanoTime();
        listener.at((double) at.step() / steps, message);
    }
}
