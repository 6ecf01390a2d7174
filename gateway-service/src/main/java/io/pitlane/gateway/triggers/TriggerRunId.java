package io.pitlane.gateway.triggers;

import io.pitlane.contract.artifact.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * Ids of runs that triggers start. Source and id together identify an event (CloudEvents 1.0,
 * section "Required Attributes"), and so its run: the id is a UUID of version 8 (RFC 9562, section
 * 5.8), made of the first bits of the SHA-256 of both.
 */
final class TriggerRunId {
    private static final int VERSION = 8;

    private TriggerRunId() {}

    static UUID of(String source, String id) {
        // A URI contains no line feed, so the text is unambiguous.
        var event = (source + "\n" + id).getBytes(StandardCharsets.UTF_8);
        var bits = ByteBuffer.wrap(Sha256.of(event));
        var high = bits.getLong() & ~0xf000L | (long) VERSION << 12;
        var low = bits.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** The id; empty when it is that of a submitted run. */
    static Optional<UUID> parse(String runId) {
        try {
            return Optional.of(UUID.fromString(runId)).filter(id -> id.version() == VERSION);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
