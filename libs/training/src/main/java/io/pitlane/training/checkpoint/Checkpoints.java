package io.pitlane.training.checkpoint;

import java.time.Duration;
import java.util.Optional;

/** Stores the states of trainings by name. */
public interface Checkpoints {

    /** Stores nothing. */
    Checkpoints NONE =
            new Checkpoints() {
                @Override
                public Duration every() {
                    return Duration.ofDays(365_000);
                }

                @Override
                public Optional<byte[]> load(String name) {
                    return Optional.empty();
                }

                @Override
                public void save(String name, byte[] state) {}
            };

    /** The checkpoint interval: at most this much work is lost in a crash. */
    Duration every();

    /** The state saved last under this name; empty if there is none. */
    Optional<byte[]> load(String name);

    /** Replaces the state of this name, atomically. */
    void save(String name, byte[] state);
}
