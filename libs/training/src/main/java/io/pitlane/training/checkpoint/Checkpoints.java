package io.pitlane.training.checkpoint;

import java.time.Duration;
import java.util.Optional;

/** Where the states of unfinished trainings are kept, each under a name. */
public interface Checkpoints {

    /** Keeps nothing. */
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

    /** How much work may be lost: a state is saved at most this often. */
    Duration every();

    /** The state saved last under this name. */
    Optional<byte[]> load(String name);

    /** Saves a state in place of the one before; it is there as a whole or not at all. */
    void save(String name, byte[] state);
}
