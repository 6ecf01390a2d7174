package io.pitlane.training.checkpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The states of one training among the checkpoints. */
public final class SavedStates {
    private final Checkpoints checkpoints;
    private final String name;
    private final String fingerprint;
    private long savedAt = System.nanoTime();
    private boolean told;

    /**
     * States under a name.
     *
     * @param fingerprint what the training is; states of another one do not count
     */
    public SavedStates(Checkpoints checkpoints, String name, String fingerprint) {
        this.checkpoints = checkpoints;
        this.name = name;
        this.fingerprint = fingerprint;
    }

    /** The state to resume from; {@code listener} is told why a checkpoint is not used. */
    public Optional<TrainingState> load(Consumer<String> listener) {
        var bytes = checkpoints.load(name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CheckpointFormat.read(fingerprint, bytes.get()));
        } catch (CheckpointFormat.Unusable e) {
            listener.accept("the checkpoint is not used: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Does as {@link #save} if the last state was saved long enough ago. */
    public void saveWhenDue(Supplier<TrainingState> state, Consumer<String> listener) {
        if (Duration.ofNanos(System.nanoTime() - savedAt).compareTo(checkpoints.every()) >= 0) {
            save(state.get(), listener);
        }
    }

    /** Saves a state; one of more than 2 GiB is not saved, which {@code listener} is told once. */
    public void save(TrainingState state, Consumer<String> listener) {
        if (CheckpointFormat.size(fingerprint, state).isPresent()) {
            checkpoints.save(name, CheckpointFormat.write(fingerprint, state));
        } else if (!told) {
            told = true;
            listener.accept(
                    "no checkpoint: the state is larger than 2 GiB; after a crash this step"
                            + " begins anew");
        }
        savedAt = System.nanoTime();
    }
}
