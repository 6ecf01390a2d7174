package io.pitlane.pipeline.artifact;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a chunk.
 *
 * @param digest SHA-256 of the whole artifact
 * @param upload id of one attempt to send it; the same artifact may be sent twice at a time
 * @param index of the chunk, from 0
 * @param count of all chunks
 */
record ChunkHeaders(String digest, String upload, int index, int count) {
    private static final String DIGEST = "pitlane-digest";
    private static final String UPLOAD = "pitlane-upload";
    private static final String INDEX = "pitlane-index";
    private static final String COUNT = "pitlane-count";

    Headers toHeaders() {
        return new RecordHeaders()
                .add(DIGEST, digest.getBytes(StandardCharsets.UTF_8))
                .add(UPLOAD, upload.getBytes(StandardCharsets.UTF_8))
                .add(INDEX, number(index))
                .add(COUNT, number(count));
    }

    /** Empty for a record that is no chunk. */
    static Optional<ChunkHeaders> of(Headers headers) {
        var digest = headers.lastHeader(DIGEST);
        var upload = headers.lastHeader(UPLOAD);
        var index = headers.lastHeader(INDEX);
        var count = headers.lastHeader(COUNT);
        if (digest == null || upload == null || index == null || count == null) {
            return Optional.empty();
        }
        if (index.value().length != Integer.BYTES || count.value().length != Integer.BYTES) {
            return Optional.empty();
        }
        return Optional.of(
                new ChunkHeaders(
                        new String(digest.value(), StandardCharsets.UTF_8),
                        new String(upload.value(), StandardCharsets.UTF_8),
                        ByteBuffer.wrap(index.value()).getInt(),
                        ByteBuffer.wrap(count.value()).getInt()));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
