package io.pitlane.gateway.artifacts;

/** The log start offsets of the artifact topic: what is before them has expired. */
@FunctionalInterface
interface ArtifactLogStart {

    /** Offset of the oldest record in a partition of the artifact topic. */
    long of(int partition);
}
