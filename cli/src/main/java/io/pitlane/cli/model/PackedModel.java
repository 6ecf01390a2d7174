package io.pitlane.cli.model;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.contract.validation.LocalPath;
import io.pitlane.graph.savedmodel.FrozenGraph;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes folders of models in files: unpacks a tar.gz, converts a frozen graph. */
public final class PackedModel {

    private PackedModel() {}

    /**
     * The folder of a model: {@code model} itself, what a tar.gz unpacks to, or the SavedModel that
     * a frozen graph is written as.
     *
     * @param ports inputs and outputs of a frozen graph; null where they are inferred
     * @param temp where a packed model is unpacked
     * @throws FailureException INVALID_INPUT when it is a file of another kind, or the ports of a
     *     frozen graph are not clear
     */
    public static Path unpackedFolder(Path model, FrozenGraphPorts ports, TempFolder temp) {
        requireLocal(model);
        if (!Files.isRegularFile(model)) {
            return model;
        }
        var name = model.getFileName().toString().replaceFirst("\\.(tar\\.gz|tgz|pb)$", "");
        var folder = temp.newFolder("unpacked").resolve(name);
        if (ModelFileFormat.of(model).filter(ModelFileFormat.FROZEN_GRAPH::equals).isPresent()) {
            FrozenGraph.toSavedModel(
                    model, ports == null ? FrozenGraphPorts.INFERRED : ports, folder);
            return folder;
        }
        unpack(model, folder);
        return rootOf(folder);
    }

    /**
     * Checks that a model is on this machine.
     *
     * @throws FailureException when it is a URL
     */
    static void requireLocal(Path model) {
        if (LocalPath.isUrl(model.toString())) {
            throw FailureException.invalidInput(
                    model.toString().replaceFirst(":/", "://") + " is a URL, not a path",
                    "The model is read from this machine: "
                            + LocalPath.advice(model.toString())
                            + ".");
        }
    }

    /**
     * The folder itself, or its only subfolder: an archive may contain the folder or its content.
     */
    private static Path rootOf(Path folder) {
        try (var entries = Files.list(folder)) {
            var found = entries.toList();
            var single = found.size() == 1 && Files.isDirectory(found.get(0));
            return single ? found.get(0) : folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Unpacks a model.
     *
     * @throws FailureException when it is no tar.gz, too large, or unsafe to unpack
     */
    static void unpack(Path packed, Path folder) {
        Archive.unpack(packed, folder, Archive.Limits.MODEL);
    }
}
