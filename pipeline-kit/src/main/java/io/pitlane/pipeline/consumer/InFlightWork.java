package io.pitlane.pipeline.worker;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The job and the trial at work, for those who only want to know. */
@ApplicationScoped
public class CurrentJob {
    private final List<Working> working = new CopyOnWriteArrayList<>();

    /**
     * A job or a trial that is at work.
     *
     * @param runId its run
     * @param since when it was begun
     * @param deadline how long it may take
     */
    public record Working(String runId, Instant since, Duration deadline) {}

    Working begin(String runId, Duration deadline) {
        var begun = new Working(runId, Instant.now(), deadline);
        working.add(begun);
        return begun;
    }

    void end(Working begun) {
        working.remove(begun);
    }

    /** Empty when there is nothing to do. */
    public List<Working> all() {
        return List.copyOf(working);
    }
}
