package io.pitlane.contract.run;

import io.pitlane.contract.artifact.ArtifactRef;
import java.util.List;

/**
 * The result of a step, for every later run that would do the same: all that its hand-over
 * published about the model.
 *
 * @param runId the run that did the step
 * @param artifact the model that it made; may have expired from the artifact log
 * @param notes the step's notes
 * @param lineage how the model was made
 */
public record CachedResult(
        String runId, ArtifactRef artifact, List<String> notes, LineageEntry lineage) {

    public CachedResult {
        notes = notes == null ? List.of() : List.copyOf(notes);
    }
}
