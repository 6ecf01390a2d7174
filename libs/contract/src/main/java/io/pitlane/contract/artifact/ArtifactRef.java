package io.pitlane.contract.artifact;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A reference to an artifact in the artifact log: its position, size and digest.
 *
 * @param digest SHA-256 of the bytes, 64 lower-case hex digits
 * @param sizeBytes length in bytes
 * @param unpackedBytes length of the tar in a packed file tree, as whoever packed or received it
 *     has measured; 0 where nobody has, or the bytes are no file tree
 * @param kind what the bytes are
 * @param partition partition of the artifact topic
 * @param firstOffset offset of the first chunk
 * @param lastOffset offset of the last chunk; chunks of other artifacts and commit markers may lie
 *     between the two
 * @param chunks number of chunks
 */
public record ArtifactRef(
        String digest,
        long sizeBytes,
        long unpackedBytes,
        Kind kind,
        int partition,
        long firstOffset,
        long lastOffset,
        int chunks) {

    /** A reference to bytes of which nobody has measured what they unpack to. */
    public ArtifactRef(
            String digest,
            long sizeBytes,
            Kind kind,
            int partition,
            long firstOffset,
            long lastOffset,
            int chunks) {
        this(digest, sizeBytes, 0, kind, partition, firstOffset, lastOffset, chunks);
    }

    /** What an artifact holds; a model and data are packed file trees, an export is one file. */
    public enum Kind {
        MODEL,
        DATA,
        CHECKPOINT,
        REPORT,
        EXPORT
    }

    /** Whether every field is present and in range. It does not tell whether the bytes exist. */
    @JsonIgnore
    public boolean isSound() {
        return digest != null
                && digest.matches("[0-9a-f]{64}")
                && kind != null
                && sizeBytes >= 0
                && unpackedBytes >= 0
                && partition >= 0
                && firstOffset >= 0
                && lastOffset >= firstOffset
                && chunks >= 1;
    }

    /** A reference of which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.digest = digest;
        builder.sizeBytes = sizeBytes;
        builder.unpackedBytes = unpackedBytes;
        builder.kind = kind;
        builder.partition = partition;
        builder.firstOffset = firstOffset;
        builder.lastOffset = lastOffset;
        builder.chunks = chunks;
        return builder;
    }

    /** Sets a reference by name. */
    public static final class Builder {
        private String digest;
        private long sizeBytes;
        private long unpackedBytes;
        private Kind kind;
        private int partition;
        private long firstOffset;
        private long lastOffset;
        private int chunks;

        private Builder() {}

        public Builder digest(String value) {
            this.digest = value;
            return this;
        }

        public Builder sizeBytes(long value) {
            this.sizeBytes = value;
            return this;
        }

        public Builder unpackedBytes(long value) {
            this.unpackedBytes = value;
            return this;
        }

        public Builder kind(Kind value) {
            this.kind = value;
            return this;
        }

        public Builder partition(int value) {
            this.partition = value;
            return this;
        }

        public Builder firstOffset(long value) {
            this.firstOffset = value;
            return this;
        }

        public Builder lastOffset(long value) {
            this.lastOffset = value;
            return this;
        }

        public Builder chunks(int value) {
            this.chunks = value;
            return this;
        }

        public ArtifactRef build() {
            return new ArtifactRef(
                    digest,
                    sizeBytes,
                    unpackedBytes,
                    kind,
                    partition,
                    firstOffset,
                    lastOffset,
                    chunks);
        }
    }
}
