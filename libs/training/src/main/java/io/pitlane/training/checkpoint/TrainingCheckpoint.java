package io.pitlane.training.checkpoint;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Saves and restores the state of one training. */
public final class TrainingCheckpoint {
    private final Checkpoints checkpoints;
    private final String name;
    private final String fingerprint;
    private long savedAt = System.nanoTime();
    private boolean isReported;

    /**
     * The checkpoint of this name.
     *
     * @param fingerprint see {@link Fingerprint}; a state with another one is not used
     */
    public TrainingCheckpoint(Checkpoints checkpoints, String name, String fingerprint) {
        this.checkpoints = checkpoints;
        this.name = name;
        this.fingerprint = fingerprint;
    }

    /**
     * The state to resume from; empty if there is none. {@code listener} gets the reason if a
     * checkpoint is not used.
     */
    public Optional<TrainingState> load(Consumer<String> listener) {
        var bytes = checkpoints.load(name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CheckpointFormat.read(fingerprint, bytes.get()));
        } catch (CheckpointFormat.UnusableException e) {
            listener.accept("the checkpoint is not used: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The learning rate that was chosen for this training; empty if none was saved. */
    public Optional<Double> rate() {
        return checkpoints
                .load(rateName())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split(" "))
                .filter(words -> words[0].equals(fingerprint))
                .map(words -> Double.valueOf(words[1]));
    }

    /** Saves the learning rate that was chosen for this training. */
    public void saveRate(double rate) {
        var text = fingerprint + " " + rate;
        checkpoints.save(rateName(), text.getBytes(StandardCharsets.UTF_8));
    }

    private String rateName() {
        return name + "-rate";
    }

    /** Saves a state if the checkpoint interval has passed. */
    public void saveWhenDue(Supplier<TrainingState> state, Consumer<String> listener) {
        if (Duration.ofNanos(System.nanoTime() - savedAt).compareTo(checkpoints.every()) >= 0) {
            save(state.get(), listener);
        }
    }

    /**
     * Saves a state. One larger than 2 GiB is not saved, which is reported to {@code listener}
     * once.
     */
    public void save(TrainingState state, Consumer<String> listener) {
        if (CheckpointFormat.size(fingerprint, state).isPresent()) {
            checkpoints.save(name, CheckpointFormat.write(fingerprint, state));
        } else if (!isReported) {
            isReported = true;
            listener.accept(
                    "no checkpoint: the state is larger than 2 GiB; after a crash this step"
                            + " starts again");
        }
        savedAt = System.nanoTime();
    }
}
