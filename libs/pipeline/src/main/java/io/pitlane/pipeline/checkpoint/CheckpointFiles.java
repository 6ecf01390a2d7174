package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The files that checkpoint records refer to: the stage's checkpoints folder, and the result of a
 * step's preparation. A file that is lost costs time, never the run.
 */
public final class CheckpointFiles implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CheckpointFiles.class);

    private final KafkaArtifactStore store;
    private final CheckpointLog log;

    /**
     * Files in an artifact store.
     *
     * @param store closed with this
     * @param log where the records go; not closed
     */
    public CheckpointFiles(KafkaArtifactStore store, CheckpointLog log) {
        this.store = store;
        this.log = log;
    }

    /**
     * Keeps a packed checkpoints folder in place of the one before.
     *
     * @param preparation where the result of the preparation is kept; null where there is none
     * @return where the folder is kept
     * @throws KafkaException when it could not be kept, as by a replica that has lost the job
     */
    public ArtifactRef keep(Claim claim, Job job, ArtifactRef preparation, Path packed) {
        var kept = store.publish(ArtifactRef.Kind.CHECKPOINT, packed);
        log.replace(claim, job, preparation, kept);
        return kept;
    }

    /**
     * Fills a folder from a checkpoint; leaves it empty where the checkpoint has no files, or they
     * cannot be restored, whatever the reason.
     *
     * @param progress told that the work resumes from there
     * @throws KafkaException when the files cannot be read at this time
     */
    public void restore(Checkpoint checkpoint, Path folder, Consumer<String> progress) {
        if (checkpoint.artifact() == null) {
            return;
        }
        try {
            var kept = checkpoint.artifact();
            Archive.unpack(store.fetch(kept), folder, ArchiveLimits.stored(kept));
            progress.accept("resuming from a checkpoint of " + checkpoint.at());
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf(
                    e,
                    "Run %s, step %d starts from the beginning, its checkpoint is lost",
                    checkpoint.runId(),
                    checkpoint.step() + 1);
            empty(folder);
        }
    }

    private static void empty(Path folder) {
        try {
            Folders.delete(folder);
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Keeps the result of a preparation.
     *
     * @param text in a file, since it may be larger than a record
     * @return where it is kept
     * @throws KafkaException when it could not be kept, as by a replica that has lost the job
     */
    public ArtifactRef keepPreparation(Claim claim, Job job, Path text) {
        var kept = store.publish(ArtifactRef.Kind.CHECKPOINT, text);
        log.replace(claim, job, kept, null);
        return kept;
    }

    /**
     * The result of a preparation; empty when it cannot be restored, whatever the reason.
     *
     * @throws KafkaException when the log cannot be read at this time
     */
    public Optional<String> preparation(ArtifactRef kept) {
        try {
            return Optional.of(Files.readString(store.fetch(kept)));
        } catch (KafkaException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.warn("The result of a preparation is lost", e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
