package io.pitlane.quantize;

import io.pitlane.training.checkpoint.Checkpoints;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Keeps checkpoints in memory, and stops the work at some of them. */
final class StoredCheckpoints implements Checkpoints {
    private final Map<String, byte[]> store;
    private final int last;
    private int saves;

    /**
     * Checkpoints.
     *
     * @param store outlives the work
     * @param last the number of saved checkpoints after which the work is stopped
     */
    StoredCheckpoints(Map<String, byte[]> store, int last) {
        this.store = store;
        this.last = last;
    }

    /** How many were saved. */
    int saves() {
        return saves;
    }

    @Override
    public Duration every() {
        return Duration.ZERO;
    }

    @Override
    public Optional<byte[]> load(String name) {
        return Optional.ofNullable(store.get(name));
    }

    @Override
    public void save(String name, byte[] state) {
        store.put(name, state);
        if (++saves == last) {
            throw new IllegalStateException("stopped");
        }
    }
}
