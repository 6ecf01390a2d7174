package io.pitlane.pipeline.child;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.stage.ProgressListener;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Prints progress as JSON lines, at most four a second. */
final class ProgressLines implements ProgressListener {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(250);

    private final PrintStream out;
    private long last = System.nanoTime() - INTERVAL;

    ProgressLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void at(double fraction, String message) {
        var now = System.nanoTime();
        if (now - last < INTERVAL && fraction < 1) {
            return;
        }
        last = now;
        out.println(line(Math.min(1, Math.max(0, fraction)), message));
        out.flush();
    }

    private static String line(double fraction, String message) {
        try {
            return ContractJson.MAPPER.writeValueAsString(new ChildProgress(fraction, message));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
