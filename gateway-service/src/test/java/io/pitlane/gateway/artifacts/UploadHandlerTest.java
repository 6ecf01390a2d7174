package io.pitlane.gateway.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.pipeline.artifact.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadHandlerTest {
    @TempDir Path folder;

    @Test
    void bytesThatAnotherGatewayHasJustStoredAreNotStoredAgain() throws IOException {
        // Given
        var body = gzip(new byte[1000]);
        var digest = Sha256.of(Files.write(folder.resolve("body"), body));
        var stored = new ArtifactRef(digest, body.length, ArtifactRef.Kind.MODEL, 2, 7, 7, 1);
        var index = new ArtifactIndex(partition -> 0, null, Topics.DEFAULT);
        // The record of the other gateway is in the topic, and this one has not read it yet.
        var lookup = new ArtifactLookup(index, topic -> index.accept(stored), Topics.DEFAULT);

        // When
        var ref =
                handler(index, lookup)
                        .receive(
                                ArtifactRef.Kind.MODEL,
                                body.length,
                                new ByteArrayInputStream(body));

        // Then
        assertThat(ref).isEqualTo(stored);
    }

    private UploadHandler handler(ArtifactIndex index, ArtifactLookup lookup) {
        return new UploadHandler(
                new UploadReceiver(10_000, Duration.ofMinutes(1), new DiskSpaceGuard(0)),
                new UnpackedSize(10_000),
                index,
                lookup,
                new NothingToStore(),
                new UploadSlots(1),
                folder);
    }

    private static final class NothingToStore implements ArtifactStore {
        @Override
        public ArtifactRef publish(ArtifactRef.Kind kind, Path file) {
            throw new AssertionError(file + " is stored again");
        }

        @Override
        public Path fetch(ArtifactRef ref) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean holds(ArtifactRef ref) {
            throw new UnsupportedOperationException();
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
