package io.pitlane.contract.run;

import io.pitlane.contract.artifact.ArtifactRef;
import java.util.List;

/**
 * One model of a run.
 *
 * @param label {@code original}, or the label of the step that made it
 * @param artifact the SavedModel, packed as a tar.gz
 * @param notes the step's notes: layers that it skipped, and why
 */
public record RunModel(String label, ArtifactRef artifact, List<String> notes) {
    /** The label of the original. */
    public static final String ORIGINAL = "original";

    public RunModel {
        notes = notes == null ? List.of() : List.copyOf(notes);
    }
}
