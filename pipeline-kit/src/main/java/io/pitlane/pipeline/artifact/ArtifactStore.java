package io.pitlane.pipeline.artifact;

import io.pitlane.contract.ArtifactRef;
import java.nio.file.Path;

/** Where artifacts are kept. Safe for use by several threads. */
public interface ArtifactStore {

    /**
     * Keeps a file's bytes.
     *
     * @return how to get them back
     */
    ArtifactRef publish(ArtifactRef.Kind kind, Path file);

    /**
     * Gets bytes back.
     *
     * @return a read-only local file with exactly the bytes that the reference names; it belongs to
     *     a cache, so read it soon and do not keep the path
     * @throws io.pitlane.contract.FailureException ARTIFACT_EXPIRED when they are no longer kept,
     *     ARTIFACT_DAMAGED when they are not what the reference says
     */
    Path fetch(ArtifactRef ref);
}
