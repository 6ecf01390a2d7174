package io.pitlane.gateway.stages;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.step.StageName;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The latest progress of each replica, from the progress topic: that of the {@value #CAPACITY}
 * replicas that reported last. Thread-safe.
 */
@Singleton
public class ReplicaProgress {
    private static final int CAPACITY = 1000;

    private final Map<Key, Progress> latest;

    private record Key(StageName stage, String replica) {}

    @Inject
    ReplicaProgress() {
        this(CAPACITY);
    }

    ReplicaProgress(int capacity) {
        this.latest =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Progress> eldest) {
                        return size() > capacity;
                    }
                };
    }

    /** Applies an event; ignored where it names no replica. */
    public synchronized void accept(Progress event) {
        if (event.replica() != null) {
            latest.merge(
                    new Key(event.stage(), event.replica()),
                    event.toBuilder().loss(null).log(null).build(),
                    ReplicaProgress::later);
        }
    }

    private static Progress later(Progress known, Progress event) {
        if (event.at().isBefore(known.at())) {
            return known;
        }
        return event.message() != null ? event : event.toBuilder().message(known.message()).build();
    }

    /** The latest event of a replica, if there was one. */
    public synchronized Optional<Progress> of(StageName stage, String replica) {
        return Optional.ofNullable(latest.get(new Key(stage, replica)));
    }
}
