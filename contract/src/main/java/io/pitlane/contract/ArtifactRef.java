package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Where bytes stand in the artifact log, and what they must be.
 *
 * @param digest SHA-256 of the bytes, 64 lower-case hex digits
 * @param sizeBytes length in bytes
 * @param kind what the bytes are
 * @param partition partition of the artifact topic
 * @param firstOffset offset of the first chunk
 * @param lastOffset offset of the last chunk; other artifacts' chunks and commit markers may stand
 *     between the two
 * @param chunks number of chunks
 */
public record ArtifactRef(
        String digest,
        long sizeBytes,
        Kind kind,
        int partition,
        long firstOffset,
        long lastOffset,
        int chunks) {

    /** What an artifact holds: a packed tree of files for a model and for data. */
    public enum Kind {
        MODEL,
        DATA,
        CHECKPOINT,
        REPORT
    }

    /** Whether every field is there and in range; bytes that are there it does not promise. */
    @JsonIgnore
    public boolean isSound() {
        return digest != null
                && digest.matches("[0-9a-f]{64}")
                && kind != null
                && sizeBytes >= 0
                && partition >= 0
                && firstOffset >= 0
                && lastOffset >= firstOffset
                && chunks >= 1;
    }
}
