package io.pitlane.pipeline.checkpoint;

import io.pitlane.contract.Checkpoint;
import io.pitlane.contract.FailureException;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Puts a checkpoint back into a folder. A checkpoint that is lost costs time, never the run. */
public final class CheckpointRestore {
    private static final Logger LOG = Logger.getLogger(CheckpointRestore.class);

    private final CheckpointLog log;

    public CheckpointRestore(CheckpointLog log) {
        this.log = log;
    }

    /**
     * Fills the folder with what the checkpoint holds, or leaves it empty.
     *
     * @param news told when the work goes on from there
     */
    public void into(Path folder, Checkpoint checkpoint, Consumer<String> news) {
        if (checkpoint.artifact() == null) {
            return;
        }
        try {
            Archive.unpack(log.fetch(checkpoint.artifact()), folder, Archive.Limits.CHECKPOINT);
            news.accept("resuming from a checkpoint of " + checkpoint.at());
        } catch (FailureException e) {
            LOG.warnf(
                    "Run %s, step %d begins anew, its checkpoint is lost: %s",
                    checkpoint.runId(), checkpoint.step() + 1, e.getMessage());
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
}
