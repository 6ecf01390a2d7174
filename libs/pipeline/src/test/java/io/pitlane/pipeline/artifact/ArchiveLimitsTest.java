package io.pitlane.pipeline.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveLimitsTest {
    private static final int BYTES = 200_000;

    @TempDir Path folder;

    @Test
    void anArchiveUnpacksToNoMoreThanItsReferenceSays() throws IOException {
        // Given
        var packed = zeros();
        var honest = ArchiveLimits.of(model(packed, packed.unpackedBytes()), Long.MAX_VALUE);
        var understated = ArchiveLimits.of(model(packed, BYTES - 1), Long.MAX_VALUE);

        // Then
        assertThat(unpack(honest).resolve("zeros")).hasSize(BYTES);
        assertThatThrownBy(() -> unpack(understated))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).contains("more than its reference says"))
                .hasMessageContaining("packed unpacks to more than 199999 bytes");
    }

    @Test
    void aReferenceThatSaysMoreThanIsAllowedIsRefused() throws IOException {
        // Given
        var packed = zeros();
        var ref = model(packed, packed.unpackedBytes());

        // Then
        assertThatThrownBy(() -> ArchiveLimits.of(ref, packed.unpackedBytes() - 1))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).contains("PITLANE_ARTIFACT_MAX_UNPACKED"))
                .hasMessageContaining("The model " + packed.digest())
                .hasMessageContaining("pitlane.artifact.max-unpacked");
    }

    @Test
    void whereTheReferenceDoesNotSayTheSettingIsTheLimit() throws IOException {
        // Given
        var limits = ArchiveLimits.of(model(zeros(), 0), BYTES - 1);

        // Then
        assertThatThrownBy(() -> unpack(limits))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).contains("pitlane.artifact.max-unpacked"));
    }

    @Test
    void aCheckpointUnpacksToNoMoreThanItsOwnSize() throws IOException {
        // Given
        var files = files();
        var stored = Archive.packStored(files, folder.resolve("packed"));
        assertThat(unpack(ArchiveLimits.stored(checkpoint(stored))).resolve("zeros"))
                .hasSize(BYTES);

        // When
        var compressed = Archive.pack(files, folder.resolve("packed"));

        // Then
        assertThatThrownBy(() -> unpack(ArchiveLimits.stored(checkpoint(compressed))))
                .hasMessageContaining("unpacks to more than " + compressed.sizeBytes() + " bytes");
    }

    private Archive.Packed zeros() throws IOException {
        return Archive.pack(files(), folder.resolve("packed"));
    }

    private Path files() throws IOException {
        var files = Files.createDirectories(folder.resolve("files"));
        Files.write(files.resolve("zeros"), new byte[BYTES]);
        return files;
    }

    private Path unpack(ArchiveLimits limits) throws IOException {
        var target = Files.createTempDirectory(folder, "unpacked");
        Archive.unpack(folder.resolve("packed"), target, limits);
        return target;
    }

    private static ArtifactRef model(Archive.Packed packed, long unpackedBytes) {
        return ref(packed, ArtifactRef.Kind.MODEL).toBuilder().unpackedBytes(unpackedBytes).build();
    }

    private static ArtifactRef checkpoint(Archive.Packed packed) {
        return ref(packed, ArtifactRef.Kind.CHECKPOINT);
    }

    private static ArtifactRef ref(Archive.Packed packed, ArtifactRef.Kind kind) {
        return new ArtifactRef(packed.digest(), packed.sizeBytes(), kind, 0, 0, 0, 1);
    }
}
