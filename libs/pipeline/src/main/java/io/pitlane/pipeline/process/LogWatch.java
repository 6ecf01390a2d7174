package io.pitlane.pipeline.process;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Passes on the end of a child's log while it works, where it has changed. */
public final class LogWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogWatch.class);

    private final ChildProcess child;
    private final Duration interval;
    private final Consumer<String> reader;
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(LogWatch::thread);
    private String seen = "";

    /**
     * A watch that has not begun.
     *
     * @param interval between two looks; at each the reader gets at most one text, as {@link
     *     ChildProcess#logTail()} bounds it
     */
    public LogWatch(ChildProcess child, Duration interval, Consumer<String> reader) {
        this.child = child;
        this.interval = interval;
        this.reader = reader;
    }

    /** Begins to watch. */
    public void start() {
        schedule.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "child-log");
        thread.setDaemon(true);
        return thread;
    }

    private void look() {
        try {
            var tail = child.logTail();
            if (!tail.equals(seen)) {
                seen = tail;
                reader.accept(tail);
            }
        } catch (RuntimeException e) {
            LOG.debug("The log of the process was not passed on", e);
        }
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
