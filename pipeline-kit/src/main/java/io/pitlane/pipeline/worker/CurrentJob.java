package io.pitlane.pipeline.worker;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/** The job at work, for those who only want to know. */
@ApplicationScoped
public class CurrentJob {
    private volatile Working working;

    /**
     * A job and since when it is at work.
     *
     * @param runId its run
     */
    public record Working(String runId, Instant since) {}

    void begin(String runId) {
        working = new Working(runId, Instant.now());
    }

    void end() {
        working = null;
    }

    /** Empty between jobs. */
    public Optional<Working> get() {
        return Optional.ofNullable(working);
    }
}
