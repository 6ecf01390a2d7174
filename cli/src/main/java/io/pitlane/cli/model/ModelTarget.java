package io.pitlane.cli.model;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.contract.failure.FailureException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where a model in one format is written: a folder for a SavedModel, else a file. */
public sealed interface ModelTarget permits ModelFolder, ModelFile {

    /** The place of a model in this format. */
    static ModelTarget of(DeliveryFormat format, Path path) {
        return switch (format) {
            case TENSORFLOW -> new ModelFolder(path);
            case ONNX -> new ModelFile(path, ModelFileFormat.ONNX);
            case TFLITE -> new ModelFile(path, ModelFileFormat.TFLITE);
            case PACKED -> new ModelFile(path, ModelFileFormat.PACKED);
        };
    }

    /** The folder or file. */
    Path path();

    /**
     * Checks that a model may be written here.
     *
     * @throws FailureException when something else is here
     */
    void requireReplaceable();

    /**
     * Writes a model here, as a whole or not at all.
     *
     * @param download writes the downloaded bytes to the file that it is given: the model, or for a
     *     folder the packed SavedModel
     * @throws FailureException when something else is here
     */
    void download(Consumer<Path> download);

    /**
     * Deletes the model that is here, if there is one.
     *
     * @throws FailureException when something else is here
     */
    void delete();
}
