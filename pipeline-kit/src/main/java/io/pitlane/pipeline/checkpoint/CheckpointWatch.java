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
 * Looks into a stage's checkpoints folder while the stage works, and sends what changed in it once
 * it stands still, no more often than it is told to. What goes wrong here is tried again at the
 * next turn and never touches the work.
 */
public final class CheckpointWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointWatch.class);
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private static final Duration LAST_SENDING = Duration.ofSeconds(10);

    private final CheckpointFolder folder;
    private final Path packed;
    private final Duration every;
    private final Destination destination;
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(CheckpointWatch::thread);
    private CheckpointFolder.Content seen;
    private CheckpointFolder.Content sent;
    private long due = System.nanoTime();

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
     * Begins to look.
     *
     * @param checkpoints what the stage writes into; what is in it now need not be sent
     * @param scratch folder on the same disk that nobody else uses; exists
     * @param every shortest time between the beginnings of two sendings
     * @throws IOException when the folder cannot be read
     */
    public CheckpointWatch(Path checkpoints, Path scratch, Duration every, Destination destination)
            throws IOException {
        this.folder = new CheckpointFolder(checkpoints, scratch.resolve("held"));
        this.packed = scratch.resolve("checkpoint.tar.gz");
        this.every = every;
        this.destination = destination;
        this.sent = folder.content();
        var pause = pause(every).toMillis();
        looks.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
    }

    private static Duration pause(Duration every) {
        var quarter = every.dividedBy(4);
        if (quarter.compareTo(LONGEST_LOOK) > 0) {
            return LONGEST_LOOK;
        }
        return quarter.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : quarter;
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "checkpoints");
        thread.setDaemon(true);
        return thread;
    }

    private void look() {
        try {
            var now = folder.content();
            var still = now.equals(seen);
            seen = now;
            if (still && System.nanoTime() - due >= 0) {
                send(now);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warnf("A checkpoint was not kept, the next one may be: %s", e.getMessage());
            LOG.debug("A checkpoint was not kept", e);
        }
    }

    private void send(CheckpointFolder.Content now) throws IOException {
        if (now.isEmpty() || now.equals(sent)) {
            return;
        }
        due = System.nanoTime() + every.toNanos();
        if (folder.pack(now, packed)) {
            destination.keep(packed);
            sent = now;
        }
    }

    /**
     * Sends what has not been sent yet, however little time has passed, if that can be done in
     * time.
     */
    public void flush(Duration atMost) {
        try {
            looks.submit(this::sendNow).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Ends the looking, and a sending under way. */
    @Override
    public void close() {
        looks.shutdownNow();
        try {
            if (!looks.awaitTermination(LAST_SENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A checkpoint is still being sent");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
