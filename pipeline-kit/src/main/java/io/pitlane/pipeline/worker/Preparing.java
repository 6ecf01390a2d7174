package io.pitlane.pipeline.worker;

import io.pitlane.contract.Checkpoint;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.pipeline.checkpoint.CheckpointLog;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.stage.Preparation;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Has a job prepared where its stage has that done, once, whoever takes the job up again. */
final class Preparing {
    private final Optional<Preparation> preparation;
    private final CheckpointLog log;
    private final EventRecords events;
    private final EventSender sender;

    Preparing(
            Optional<Preparation> preparation,
            CheckpointLog log,
            EventRecords events,
            EventSender sender) {
        this.preparation = preparation;
        this.log = log;
        this.events = events;
        this.sender = sender;
    }

    /**
     * What the preparation of a job came to, now or with a predecessor; null where there is none.
     *
     * @param before how far the predecessor came
     * @param cancelled whether there is no more point in it; then whatever comes back is worthless
     * @throws FailureException when the run cannot go on
     */
    String of(
            Job job,
            Optional<Checkpoint> before,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        if (preparation.isEmpty()) {
            return null;
        }
        var known = before.map(Checkpoint::preparation);
        var prepared = known.orElseGet(() -> prepare(job, progress, cancelled));
        if (!cancelled.getAsBoolean()) {
            if (known.isEmpty() && prepared != null) {
                log.prepared(job, prepared);
            }
            // After that: a successor that knew of the end but not of what came of it would wait
            // for scores that nobody makes.
            endSearch(job);
        }
        return prepared;
    }

    private String prepare(Job job, ProgressListener progress, BooleanSupplier cancelled) {
        try {
            return preparation.get().prepare(job, progress, cancelled);
        } catch (FailureException e) {
            if (!cancelled.getAsBoolean()) {
                endSearch(job);
            }
            throw e;
        }
    }

    /** Trials that were given out meanwhile and that nobody waits for are not begun any more. */
    private void endSearch(Job job) {
        sender.send(events.searchEnd(job));
    }
}
