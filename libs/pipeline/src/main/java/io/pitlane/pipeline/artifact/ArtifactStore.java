package io.pitlane.pipeline.artifact;

import io.pitlane.contract.artifact.ArtifactRef;
import java.nio.file.Path;

/** A store of artifacts. Thread-safe. */
public interface ArtifactStore {

    /**
     * Stores a file.
     *
     * @return a reference to its bytes
     */
    ArtifactRef publish(ArtifactRef.Kind kind, Path file);

    /**
     * Reads an artifact.
     *
     * @return a read-only local file with exactly the bytes that the reference names; it belongs to
     *     a cache, so read it soon and do not keep the path
     * @throws io.pitlane.contract.failure.FailureException ARTIFACT_EXPIRED when the bytes are no
     *     longer kept, ARTIFACT_DAMAGED when they do not match the reference
     * @throws org.apache.kafka.common.KafkaException when they cannot be read at this time: the
     *     broker is away, or an open transaction holds readers back
     */
    Path fetch(ArtifactRef ref);

    /**
     * Whether the bytes that a reference names are kept, whole and undamaged. Reads all of them,
     * and not from a cache, which may have what others cannot read any more.
     *
     * @throws org.apache.kafka.common.KafkaException when they cannot be read at this time
     */
    boolean holds(ArtifactRef ref);
}
