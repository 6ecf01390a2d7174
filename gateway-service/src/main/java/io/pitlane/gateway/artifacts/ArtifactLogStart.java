package io.pitlane.gateway.artifacts;

/** Tells how much of the artifact log has expired. */
@FunctionalInterface
interface ArtifactLogStart {

    /** Offset of the oldest record that a partition of the artifact topic still holds. */
    long of(int partition);
}
