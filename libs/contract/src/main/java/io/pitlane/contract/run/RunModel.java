package io.pitlane.contract.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.ArtifactRef;
import java.util.List;

/**
 * One model of a run.
 *
 * @param label {@code original}, or the label of the step that made it
 * @param artifact the SavedModel, packed as a tar.gz
 * @param notes the step's notes: layers that it skipped, and why
 * @param cached whether it is the result of an earlier run's step, which was not done again
 */
public record RunModel(
        String label,
        ArtifactRef artifact,
        List<String> notes,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cached) {
    /** The label of the original. */
    public static final String ORIGINAL = "original";

    public RunModel {
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /** A model that the run made itself, or that came in. */
    public RunModel(String label, ArtifactRef artifact, List<String> notes) {
        this(label, artifact, notes, false);
    }
}
