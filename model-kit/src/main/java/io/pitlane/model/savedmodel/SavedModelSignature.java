package io.pitlane.model.savedmodel;

import io.pitlane.model.graph.GraphSignature;
import java.nio.file.Path;

/** The signature of a SavedModel, without reading its weights. */
public final class SavedModelSignature {
    private SavedModelSignature() {}

    /**
     * {@code serving_default}, or the only one.
     *
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the folder is no SavedModel
     *     or it is not clear which signature is meant
     */
    public static GraphSignature read(Path folder) {
        return Signatures.choose(SavedModelFile.parse(folder));
    }
}
