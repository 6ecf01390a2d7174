package io.pitlane.pipeline.process;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.child.ChildReply;
import io.pitlane.pipeline.child.ChildTask;
import io.pitlane.pipeline.files.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files by which a service and its child exchange a task and its reply. */
final class TaskFiles {
    private final Path folder;

    /**
     * Files in a folder.
     *
     * @param folder exists
     */
    TaskFiles(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path task() {
        return folder.resolve("task.json");
    }

    Path reply() {
        return folder.resolve("reply.json");
    }

    /** Written by a JVM whose native code crashes; the log has the first lines of it. */
    Path crashReport() {
        return folder.resolve("hs_err.log");
    }

    Path log() {
        return folder.resolve("child.log");
    }

    /** Writes the task, and deletes what an attempt before this one left behind. */
    void write(ChildTask task) throws IOException {
        Folders.delete(task.task().output());
        Files.createDirectories(task.task().output());
        Files.deleteIfExists(reply());
        Files.deleteIfExists(crashReport());
        ContractJson.MAPPER.writeValue(task().toFile(), task);
    }

    /** The child's reply; empty when it died before it wrote one. */
    Optional<ChildReply> readReply() throws IOException {
        return Files.exists(reply())
                ? Optional.of(ContractJson.MAPPER.readValue(reply().toFile(), ChildReply.class))
                : Optional.empty();
    }

    boolean hasCrashReport() {
        return Files.exists(crashReport());
    }
}
