package io.pitlane.pipeline.worker;

import java.time.Duration;

/** Says of what is at work that it is: to the health check, and to those who assign partitions. */
final class Desk {
    private final CurrentJob current;
    private final BusyPartitions partitions;
    private final Duration deadline;

    /**
     * A desk.
     *
     * @param deadline for one work on it
     */
    Desk(CurrentJob current, BusyPartitions partitions, Duration deadline) {
        this.current = current;
        this.partitions = partitions;
        this.deadline = deadline;
    }

    /** Nothing is begun any more: others are to have what is not at work. */
    void leave() {
        partitions.leave();
    }

    /** Does work on a message. */
    void work(Claim claim, String runId, Runnable work) {
        var working = current.begin(runId, deadline);
        partitions.add(claim.place());
        try {
            work.run();
        } finally {
            partitions.remove(claim.place());
            current.end(working);
        }
    }
}
