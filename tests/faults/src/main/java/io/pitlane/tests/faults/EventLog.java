package io.pitlane.tests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A log of the events in all processes of a test, one line each, which survives their kill; and
 * permissions that those processes wait for. In the folder that the plan's model path names.
 */
public final class EventLog {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path folder;

    public EventLog(String folder) {
        this.folder = Path.of(folder);
    }

    /** Adds a line. */
    public void note(String line) {
        try {
            Files.writeString(
                    folder.resolve("events.log"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every whole line so far. */
    public List<String> lines() {
        try {
            var eventLog = folder.resolve("events.log");
            return Files.exists(eventLog) ? Files.readAllLines(eventLog) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets those who wait for this word go on. */
    public void permit(String word) {
        try {
            Files.createFile(folder.resolve(word));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the test gives its permission. */
    public void await(String word) {
        while (!Files.exists(folder.resolve(word))) {
            LockSupport.parkNanos(PAUSE);
        }
    }
}
