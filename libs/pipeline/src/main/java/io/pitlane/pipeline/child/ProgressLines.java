package io.pitlane.pipeline.child;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.stage.ProgressListener;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prints progress as JSON lines, at most four a second. The points of loss curves in between go
 * with the next line, the latest ones where there are many.
 */
final class ProgressLines implements ProgressListener {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MOST_LOSSES = 16;

    private final PrintStream out;
    private final List<TrainingLoss> losses = new ArrayList<>();
    private long last = System.nanoTime() - INTERVAL;
    private double fraction;
    private String message = "";

    ProgressLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void at(double fraction, String message) {
        at(fraction, message, null);
    }

    @Override
    public synchronized void at(double fraction, String message, TrainingLoss loss) {
        this.fraction = Math.min(1, Math.max(0, fraction));
        this.message = message;
        if (loss != null) {
            keep(loss);
        }
        var now = System.nanoTime();
        if (now - last < INTERVAL && fraction < 1) {
            return;
        }
        last = now;
        print();
    }

    /** Prints the points of loss curves that wait for the next line. */
    synchronized void flush() {
        if (!losses.isEmpty()) {
            print();
        }
    }

    private void print() {
        out.println(line(new ChildProgress(fraction, message, losses)));
        out.flush();
        losses.clear();
    }

    private void keep(TrainingLoss loss) {
        if (losses.size() == MOST_LOSSES) {
            losses.remove(0);
        }
        losses.add(loss);
    }

    private static String line(ChildProgress progress) {
        try {
            return ContractJson.MAPPER.writeValueAsString(progress);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
