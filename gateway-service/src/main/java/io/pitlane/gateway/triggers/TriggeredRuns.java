package io.pitlane.gateway.triggers;

import io.pitlane.contract.run.RunState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The runs that triggers have started, read from the runs topic, so that a trigger that is
 * delivered twice starts one run. Keeps the newest {@value #CAPACITY} (about ten megabytes): a
 * trigger is redelivered within days, if at all. Thread-safe.
 */
@Singleton
public class TriggeredRuns {
    private static final int CAPACITY = 100_000;

    private final Set<UUID> started = new LinkedHashSet<>();
    private final int capacity;

    @Inject
    TriggeredRuns() {
        this(CAPACITY);
    }

    TriggeredRuns(int capacity) {
        this.capacity = capacity;
    }

    /** Applies the state of any run. */
    public synchronized void accept(RunState state) {
        TriggerRunId.parse(state.runId()).ifPresent(this::add);
    }

    synchronized boolean contains(UUID runId) {
        return started.contains(runId);
    }

    private void add(UUID runId) {
        started.add(runId);
        if (started.size() > capacity) {
            var oldest = started.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
