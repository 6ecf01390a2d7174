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

    /** Property: the id of the run that made the model. */
    public static final String RUN = "pitlane.run";

    /** Property: the name of the run's plan. */
    public static final String PLAN = "pitlane.plan";

    /** Property: the names of the classes in the order of the outputs, a JSON array. */
    public static final String CLASSES = "pitlane.classes";

    /** Property: how an image becomes the model's input, a JSON object: {@code input} of a plan. */
    public static final String PREPROCESSING = "pitlane.preprocessing";

    private static final String UNPACKAGED = "development";

    public ExportMetadata {
        properties = Map.copyOf(properties);
    }

    /** What a file that this version of Pitlane writes says about itself. */
    public static ExportMetadata of(Map<String, String> properties) {
        var version = ExportMetadata.class.getPackage().getImplementationVersion();
        return new ExportMetadata(version == null ? UNPACKAGED : version, properties);
    }
}
