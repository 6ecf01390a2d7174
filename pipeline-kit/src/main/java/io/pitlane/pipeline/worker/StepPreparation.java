package io.pitlane.pipeline.worker;

import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.Checkpoint;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.Job;
import io.pitlane.pipeline.checkpoint.CheckpointLog;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.event.EventSender;
import io.pitlane.pipeline.stage.Preparation;
import io.pitlane.pipeline.stage.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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
     * What a preparation came to.
     *
     * @param text for the child; null where there is none
     * @param kept where it is kept; null where there is none
     */
    record Prepared(String text, ArtifactRef kept) {
        private static final Prepared NOTHING = new Prepared(null, null);

        /** Whether what was done after a preparation was done after this one. */
        boolean precedes(Checkpoint checkpoint) {
            return Objects.equals(kept, checkpoint.preparation());
        }
    }

    /**
     * What the preparation of a job came to, now or with a predecessor.
     *
     * @param before how far the predecessor came
     * @param scratch a file that may be written
     * @param cancelled whether there is no more point in it; then whatever comes back is worthless
     * @throws FailureException when the run cannot go on
     */
    Prepared of(
            Job job,
            Optional<Checkpoint> before,
            Path scratch,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        if (preparation.isEmpty()) {
            return Prepared.NOTHING;
        }
        var prepared = known(before).orElseGet(() -> prepare(job, scratch, progress, cancelled));
        if (prepared.text() != null && !cancelled.getAsBoolean()) {
            // Not before it is kept: a successor that knew of the end but not of what came of it
            // would wait for scores that nobody makes.
            endSearch(job);
        }
        return prepared;
    }

    private Optional<Prepared> known(Optional<Checkpoint> before) {
        return before.map(Checkpoint::preparation)
                .flatMap(kept -> log.preparation(kept).map(text -> new Prepared(text, kept)));
    }

    private Prepared prepare(
            Job job, Path scratch, ProgressListener progress, BooleanSupplier cancelled) {
        var text = prepare(job, progress, cancelled);
        if (text == null || cancelled.getAsBoolean()) {
            return Prepared.NOTHING;
        }
        try {
            Files.writeString(scratch, text);
            return new Prepared(text, log.prepared(job, scratch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
