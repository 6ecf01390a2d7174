package io.pitlane.graph.savedmodel;

import io.pitlane.graph.GraphSignature;
import java.nio.file.Path;

/** The signature of a SavedModel, without reading its weights. */
public final class SavedModelSignature {
    private SavedModelSignature() {}

    /**
     * The signature of this key.
     *
     * @param key null for {@code serving_default}, or the only one
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the folder is no
     *     SavedModel or has no such signature
     */
    public static GraphSignature read(Path folder, String key) {
        return SignatureChoice.choose(SavedModelFile.parse(folder), key);
    }

    /**
     * {@code serving_default}, or the only one.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the folder is no
     *     SavedModel or it is not clear which signature is meant
     */
    public static GraphSignature read(Path folder) {
        return read(folder, null);
    }
}
