package io.pitlane.pipeline.worker;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.checkpoint.CheckpointFiles;
import io.pitlane.pipeline.consumer.Claim;
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

/** Runs a stage's {@link Preparation} once for each step, whichever replica resumes the step. */
final class StepPreparation {
    private final Optional<Preparation> preparation;
    private final CheckpointFiles files;
    private final EventRecords events;
    private final EventSender sender;

    /**
     * A preparation.
     *
     * @param preparation the stage's; empty where it has none
     * @param files where the result is kept
     */
    StepPreparation(
            Optional<Preparation> preparation,
            CheckpointFiles files,
            EventRecords events,
            EventSender sender) {
        this.preparation = preparation;
        this.files = files;
        this.events = events;
        this.sender = sender;
    }

    /**
     * The result of a preparation.
     *
     * @param text for the child; null where there is none
     * @param kept where it is kept; null where there is none
     */
    record Result(String text, ArtifactRef kept) {
        private static final Result NONE = new Result(null, null);

        /** Whether a checkpoint was made after this preparation, and not after another one. */
        boolean precedes(Checkpoint checkpoint) {
            return Objects.equals(kept, checkpoint.preparation());
        }
    }

    /**
     * The result of a job's preparation, which a predecessor may have run.
     *
     * @param latest checkpoint of the step
     * @param scratch a file that may be written
     * @param cancelled whether the work has become pointless; then the result is worthless
     * @throws FailureException when the run cannot go on
     */
    Result prepare(
            Claim claim,
            Job job,
            Optional<Checkpoint> latest,
            Path scratch,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        if (preparation.isEmpty()) {
            return Result.NONE;
        }
        var result = kept(latest).orElseGet(() -> run(claim, job, scratch, progress, cancelled));
        if (result.text() != null && !cancelled.getAsBoolean()) {
            // Not before the result is kept: a successor that knew of the search's end but not of
            // its result would wait for scores that nobody makes.
            endSearch(job);
        }
        return result;
    }

    private Optional<Result> kept(Optional<Checkpoint> latest) {
        return latest.map(Checkpoint::preparation)
                .flatMap(kept -> files.preparation(kept).map(text -> new Result(text, kept)));
    }

    private Result run(
            Claim claim,
            Job job,
            Path scratch,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        var text = run(job, progress, cancelled);
        if (text == null || cancelled.getAsBoolean()) {
            return Result.NONE;
        }
        try {
            Files.writeString(scratch, text);
            return new Result(text, files.keepPreparation(claim, job, scratch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(Job job, ProgressListener progress, BooleanSupplier cancelled) {
        try {
            return preparation.get().prepare(job, progress, cancelled);
        } catch (FailureException e) {
            if (!cancelled.getAsBoolean()) {
                endSearch(job);
            }
            throw e;
        }
    }

    /** Trials that are published and that nobody waits for are not begun any more. */
    private void endSearch(Job job) {
        sender.send(events.searchEnd(job));
    }
}
