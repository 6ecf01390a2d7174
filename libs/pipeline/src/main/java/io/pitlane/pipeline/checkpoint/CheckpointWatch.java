package io.pitlane.pipeline.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Polls a stage's checkpoints folder while the stage works, and sends its files once they have
 * changed and are stable, no more often than the interval allows. A failure is retried at the next
 * poll and never affects the work.
 */
public final class CheckpointWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointWatch.class);
    private static final Duration MIN_PAUSE = Duration.ofMillis(50);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final CheckpointFolder folder;
    private final Path packed;
    private final Duration interval;
    private final Destination destination;
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(CheckpointWatch::thread);
    private CheckpointFolder.Content seen;
    private CheckpointFolder.Content sent;
    private long nextSending = System.nanoTime();

    /** Where packed checkpoints go. */
    @FunctionalInterface
    public interface Destination {
        /**
         * Takes a file, which is gone afterwards.
         *
         * @throws KafkaException when it cannot be kept
         */
        void keep(Path packed);
    }

    /**
     * Starts to poll.
     *
     * @param checkpoints the stage's folder; the files in it now need not be sent
     * @param scratch folder on the same disk, used by nobody else; exists
     * @param interval shortest time between the starts of two sendings
     * @throws IOException when the folder cannot be read
     */
    public CheckpointWatch(
            Path checkpoints, Path scratch, Duration interval, Destination destination)
            throws IOException {
        this.folder = new CheckpointFolder(checkpoints, scratch.resolve("snapshot"));
        this.packed = scratch.resolve("checkpoint.tar.gz");
        this.interval = interval;
        this.destination = destination;
        this.sent = folder.content();
        var pause = pause(interval).toMillis();
        schedule.scheduleWithFixedDelay(this::poll, pause, pause, TimeUnit.MILLISECONDS);
    }

    private static Duration pause(Duration interval) {
        var quarter = interval.dividedBy(4);
        if (quarter.compareTo(MAX_PAUSE) > 0) {
            return MAX_PAUSE;
        }
        return quarter.compareTo(MIN_PAUSE) < 0 ? MIN_PAUSE : quarter;
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "checkpoints");
        thread.setDaemon(true);
        return thread;
    }

    private void poll() {
        try {
            var now = folder.content();
            var stable = now.equals(seen);
            seen = now;
            if (stable && System.nanoTime() - nextSending >= 0) {
                send(now);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warnf("A checkpoint was not kept, trying again: %s", e.getMessage());
            LOG.debug("A checkpoint was not kept", e);
        }
    }

    private void send(CheckpointFolder.Content now) throws IOException {
        if (now.isEmpty() || now.equals(sent)) {
            return;
        }
        nextSending = System.nanoTime() + interval.toNanos();
        if (folder.pack(now, packed)) {
            destination.keep(packed);
            sent = now;
        }
    }

    /** Sends the latest files at once, whatever the interval, and waits for that up to a time. */
    public void flush(Duration atMost) {
        try {
            schedule.submit(this::sendNow).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("The last checkpoint could not be sent in time");
        } catch (ExecutionException e) {
            LOG.warnf("The last checkpoint was not kept: %s", e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Void sendNow() throws IOException {
        send(folder.content());
        return null;
    }

    /** Stops polling, and interrupts a sending in progress. */
    @Override
    public void close() {
        schedule.shutdownNow();
        try {
            if (!schedule.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A checkpoint is still being sent");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
