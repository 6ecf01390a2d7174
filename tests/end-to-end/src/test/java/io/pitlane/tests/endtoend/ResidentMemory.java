package io.pitlane.tests.endtoend;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The largest sum of the resident memory of several processes, looked at four times a second
 * (resident set size, on Linux; a page that two of them share counts twice).
 */
final class ResidentMemory implements AutoCloseable {
    private final Supplier<Stream<ProcessHandle>> processes;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private volatile int peak;

    ResidentMemory(Supplier<Stream<ProcessHandle>> processes) {
        this.processes = processes;
        clock.scheduleWithFixedDelay(this::look, 0, 250, TimeUnit.MILLISECONDS);
    }

    private void look() {
        int sum = processes.get().mapToInt(p -> MemoryWatch.resident(p.pid())).sum();
        peak = Math.max(peak, sum);
    }

    /** In MiB; 0 where the system does not say. */
    int peakMebibytes() {
        return peak;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
