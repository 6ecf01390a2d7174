package io.pitlane.formats.export;

import io.pitlane.contract.artifact.ModelFormat;
import java.nio.file.Path;
import java.util.List;

/** One graph converted to one format, ready to be written. */
public interface ModelExport {

    /** The format. */
    ModelFormat format();

    /** Every node that the format cannot express; empty when the model can be written. */
    List<ExportObstacle> obstacles();

    /**
     * Writes the model to a file (a folder for {@link ModelFormat#TENSORFLOW}), which is replaced
     * as a whole or not at all.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when there are obstacles,
     *     naming all of them, before anything is written
     */
    void write(Path target, ExportMetadata metadata);
}
