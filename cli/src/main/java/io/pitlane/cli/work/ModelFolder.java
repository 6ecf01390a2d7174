package io.pitlane.cli.work;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that a SavedModel is put into. What stands there is replaced when it is a SavedModel,
 * and refused otherwise, so that a mistyped path destroys nothing.
 *
 * @param folder the folder; made when it is needed
 */
public record ModelFolder(Path folder) {
    private static final String MODEL_FILE = "saved_model.pb";

    /**
     * Checks that a model may be put here.
     *
     * @throws FailureException when something else stands here
     */
    public void requireReplaceable() {
        if (!Files.exists(folder) || Files.isRegularFile(folder.resolve(MODEL_FILE))) {
            return;
        }
        if (!Files.isDirectory(folder) || !entries(folder).isEmpty()) {
            throw FailureException.invalidInput(
                    folder + " exists and is not a SavedModel, so it is not replaced",
                    "Name another folder or empty this one.");
        }
    }

    /** Puts one model of a run here. */
    public void download(GatewayClient client, String runId, String label) {
        requireReplaceable();
        var incoming = folder.resolveSibling(folder.getFileName() + ".partial");
        try (var scratch = Scratch.create()) {
            var packed = scratch.file("model.tar.gz");
            client.downloadModel(runId, label, packed);
            Scratch.delete(incoming);
            Files.createDirectories(incoming);
            PackedModel.unpack(packed, incoming);
            Scratch.delete(folder);
            Files.move(incoming, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Scratch.delete(incoming);
        }
    }

    private static List<Path> entries(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
