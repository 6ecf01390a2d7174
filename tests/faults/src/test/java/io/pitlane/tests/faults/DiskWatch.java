package io.pitlane.tests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Looks again and again at how many bytes a folder holds; none where there is no such folder. */
final class DiskWatch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final Path folder;
    private final AtomicLong most = new AtomicLong();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();

    DiskWatch(Path folder) {
        this.folder = folder;
        looks.scheduleWithFixedDelay(this::look, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try (var files = Files.walk(folder)) {
            most.accumulateAndGet(files.mapToLong(file -> file.toFile().length()).sum(), Math::max);
        } catch (IOException | UncheckedIOException e) {
            // Something was deleted while we looked.
        }
    }

    /** The most bytes that were seen at once. */
    long most() {
        return most.get();
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
