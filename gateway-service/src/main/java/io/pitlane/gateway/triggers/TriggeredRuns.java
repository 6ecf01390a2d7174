package io.pitlane.gateway.triggers;

import io.pitlane.contract.RunState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The runs that triggers have started, as the runs topic tells, so that no trigger starts one
 * twice. Remembers the youngest {@value #REMEMBERED} (about ten megabytes): a trigger is delivered
 * again within days, if at all. Thread-safe.
 */
@Singleton
public class TriggeredRuns {
    private static final int REMEMBERED = 100_000;

    private final Set<UUID> started = new LinkedHashSet<>();
    private final int remembered;

    @Inject
    TriggeredRuns() {
        this(REMEMBERED);
    }

    TriggeredRuns(int remembered) {
        this.remembered = remembered;
    }

    /** Takes the state of any run. */
    public synchronized void accept(RunState state) {
        TriggerRunId.parse(state.runId()).ifPresent(this::add);
    }

    synchronized boolean contains(UUID runId) {
        return started.contains(runId);
    }

    private void add(UUID runId) {
        started.add(runId);
        if (started.size() > remembered) {
            var oldest = started.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
