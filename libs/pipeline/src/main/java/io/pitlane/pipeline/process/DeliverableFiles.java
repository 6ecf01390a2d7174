package io.pitlane.pipeline.process;

import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.process.StepResult.DeliverableFile;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the files to store of what a stage delivers: a folder is packed, a file stays as it is. */
final class DeliverableFiles {
    private final StageTask task;
    private final Path scratch;

    /**
     * Files of one task.
     *
     * @param scratch for packed folders
     */
    DeliverableFiles(StageTask task, Path scratch) {
        this.task = task;
        this.scratch = scratch;
    }

    /**
     * The files.
     *
     * @throws FailureException INTERNAL when one is not where the stage says
     */
    List<DeliverableFile> of(List<Deliverable> deliverables) {
        return deliverables.stream().map(this::file).toList();
    }

    private DeliverableFile file(Deliverable deliverable) {
        var path = deliverable.path().normalize();
        if (!isOfTask(path) || !Files.exists(path)) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "The stage left no %s in its output folder."
                            .formatted(deliverable.format().fileName()),
                    "Report it together with the log.");
        }
        try {
            return Files.isDirectory(path) ? packed(deliverable, path) : plain(deliverable, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isOfTask(Path path) {
        return path.startsWith(task.output())
                || task.models().stream().anyMatch(model -> model.savedModel().equals(path));
    }

    private static DeliverableFile plain(Deliverable deliverable, Path file) throws IOException {
        return new DeliverableFile(
                deliverable.format(), file, Sha256.of(file), Files.size(file), 0);
    }

    private DeliverableFile packed(Deliverable deliverable, Path folder) throws IOException {
        var file = scratch.resolve(deliverable.format().fileName() + ".tar.gz");
        var packed = Archive.pack(folder, file);
        return new DeliverableFile(
                deliverable.format(), file, packed.digest(), size(folder), packed.unpackedBytes());
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        }
    }
}
