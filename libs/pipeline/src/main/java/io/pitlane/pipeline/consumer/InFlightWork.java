package io.pitlane.pipeline.consumer;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The job and the trial that this replica is working on, for the liveness check and for the
 * assignment of partitions. Thread-safe.
 */
@ApplicationScoped
public class InFlightWork {
    private final InFlightPartitions partitions;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    InFlightWork(InFlightPartitions partitions) {
        this.partitions = partitions;
    }

    /**
     * A job or a trial in flight.
     *
     * @param runId its run
     * @param since when it was begun
     * @param deadline how long it may take
     */
    public record Entry(String runId, Instant since, Duration deadline) {}

    /** Runs work on a message and lists it meanwhile. */
    public void track(Claim claim, String runId, Duration deadline, Runnable work) {
        var entry = add(runId, deadline);
        partitions.add(claim.partition());
        try {
            work.run();
        } finally {
            partitions.remove(claim.partition());
            remove(entry);
        }
    }

    Entry add(String runId, Duration deadline) {
        var entry = new Entry(runId, Instant.now(), deadline);
        entries.add(entry);
        return entry;
    }

    void remove(Entry entry) {
        entries.remove(entry);
    }

    /** Nothing is begun any more: other replicas are to get every idle partition. */
    void drain() {
        partitions.drain();
    }

    /** Empty when this replica is idle. */
    public List<Entry> all() {
        return List.copyOf(entries);
    }
}
