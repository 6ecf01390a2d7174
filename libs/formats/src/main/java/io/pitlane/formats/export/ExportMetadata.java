package io.pitlane.formats.export;

import java.util.Map;

/**
 * What an exported file says about itself beside the graph.
 *
 * @param producerVersion version of Pitlane
 * @param properties the model's metadata properties, by names such as {@value #MODEL_DIGEST}
 */
public record ExportMetadata(String producerVersion, Map<String, String> properties) {
    /** Property: SHA-256 of the packed SavedModel, 64 lower-case hex digits. */
    public static final String MODEL_DIGEST = "pitlane.model.digest";

    /** Property: the name of the file or folder that the model was read from. */
    public static final String MODEL_SOURCE = "pitlane.model.source";

    /** Property: the name of the signature in the SavedModel. */
    public static final String SIGNATURE = "pitlane.model.signature";

    public ExportMetadata {
        properties = Map.copyOf(properties);
    }
}
