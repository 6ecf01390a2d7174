package io.pitlane.pipeline.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(1_000, 3, "Pack less.");

    @TempDir Path folder;
    private Path packed;
    private Path target;

    @BeforeEach
    void choosePaths() {
        packed = folder.resolve("packed.tar.gz");
        target = folder.resolve("target");
    }

    @Test
    void theSameFilesMakeTheSameArchiveWhateverTheirTimesAndOrder() throws Exception {
        // Given
        var one = Files.createDirectories(folder.resolve("one/variables"));
        Files.writeString(one.resolveSibling("saved_model.pb"), "graph");
        Files.writeString(one.resolve("data"), "weights");
        var two = Files.createDirectories(folder.resolve("two/variables"));
        Files.writeString(two.resolve("data"), "weights");
        var graph = Files.writeString(two.resolveSibling("saved_model.pb"), "graph");
        Files.setLastModifiedTime(graph, FileTime.fromMillis(86_400_000));

        // When
        var first = Archive.pack(one.getParent(), packed);
        var second = Archive.pack(two.getParent(), folder.resolve("again.tar.gz"));

        // Then
        assertThat(second).isEqualTo(first);
        var sha = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(packed));
        assertThat(first.digest()).isEqualTo(HexFormat.of().formatHex(sha));
        assertThat(first.sizeBytes()).isEqualTo(Files.size(packed));
        try (var tar = new GZIPInputStream(Files.newInputStream(packed))) {
            assertThat(first.unpackedBytes()).isEqualTo(tar.readAllBytes().length);
        }
    }

    @Test
    void packedFilesAreUnpackedUnderTheirNames() throws IOException {
        // Given
        var images = Files.createDirectories(folder.resolve("images/stop"));
        Files.writeString(images.resolve("1.png"), "pixels");
        var labels = Files.writeString(folder.resolve("labels"), "14");
        Archive.packFiles(
                Map.of("train/images", images.getParent(), "train/labels.gz", labels), packed);

        // When
        Archive.unpack(packed, target, SMALL);

        // Then
        assertThat(target.resolve("train/images/stop/1.png")).hasContent("pixels");
        assertThat(target.resolve("train/labels.gz")).hasContent("14");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", "/outside", "..", "a\\..\\b"})
    void aNameThatLeadsOutOfTheFolderIsRefused(String name) throws IOException {
        // Given
        write(tar -> put(tar, name, "x"));

        // When
        // Then
        assertRefused("does not lie below its root");
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO})
    void anEntryThatIsNeitherFileNorFolderIsRefused(byte type) throws IOException {
        // Given
        write(
                tar -> {
                    var entry = new TarArchiveEntry("link", type);
                    entry.setLinkName("/etc/passwd");
                    tar.putArchiveEntry(entry);
                    tar.closeArchiveEntry();
                });

        // When
        // Then
        assertRefused("neither a file nor a folder");
    }

    @Test
    void moreBytesThanAllowedAreRefusedBeforeTheyAreWritten() throws IOException {
        // Given
        write(tar -> put(tar, "zeros", "0".repeat(1_001)));

        // When
        // Then
        assertRefused("packed.tar.gz unpacks to more than 1000 bytes");
        assertThat(target.resolve("zeros")).doesNotExist();
    }

    @Test
    void theLengthOfTheTarIsMeasuredWithoutUnpackingIt() throws IOException {
        // Given
        write(tar -> put(tar, "zeros", "0".repeat(100_000)));

        // When
        long bytes = Archive.unpackedBytes(packed, 1_000_000);
        long enough = Archive.unpackedBytes(packed, 50_000);

        // Then
        try (var tar = new GZIPInputStream(Files.newInputStream(packed))) {
            assertThat(bytes).isEqualTo(tar.readAllBytes().length);
        }
        assertThat(enough).isGreaterThan(50_000);
        assertThat(target).doesNotExist();
    }

    @Test
    void moreEntriesThanAllowedAreRefused() throws IOException {
        // Given
        write(
                tar -> {
                    for (int i = 0; i < 4; i++) {
                        put(tar, "f" + i, "");
                    }
                });

        // When
        // Then
        assertRefused("more than 3 files");
    }

    @Test
    void aNameLongerThanMemoryCanTakeIsRefused() throws IOException {
        // Given
        write(
                tar -> {
                    var name = new TarArchiveEntry("name", TarConstants.LF_GNUTYPE_LONGNAME);
                    name.setSize(4 << 20);
                    tar.putArchiveEntry(name);
                    tar.write(new byte[4 << 20]);
                    tar.closeArchiveEntry();
                    put(tar, "file", "");
                });

        // When
        // Then
        assertRefused("longer than it may be");
    }

    @Test
    void theSameNameTwiceIsRefused() throws IOException {
        // Given
        write(
                tar -> {
                    put(tar, "saved_model.pb", "good");
                    put(tar, "saved_model.pb", "evil");
                });

        // When
        // Then
        assertRefused("twice");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        // Given
        write(tar -> put(tar, "a", "some content that does not compress to nothing"));
        var bytes = Files.readAllBytes(packed);
        Files.write(packed, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        // When
        // Then
        assertRefused("cannot be unpacked");
    }

    @Test
    void aFileThatIsNoArchiveIsRefused() throws IOException {
        // Given
        Files.writeString(packed, "not gzip at all");

        // When
        // Then
        assertRefused("cannot be unpacked");
    }

    @Test
    void anotherModelFormatIsRefusedByItsName() throws IOException {
        // Given
        Files.write(packed, "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));

        // When
        // Then
        assertRefused("packed.tar.gz is an HDF5 file");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> Archive.unpack(packed, target, SMALL))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.kind()).isEqualTo(Failure.Kind.INVALID_INPUT))
                .hasMessageContaining(reason);
    }

    private interface Content {
        void to(TarArchiveOutputStream tar) throws IOException;
    }

    private void write(Content content) throws IOException {
        try (var tar =
                new TarArchiveOutputStream(
                        new GzipCompressorOutputStream(Files.newOutputStream(packed)))) {
            content.to(tar);
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, String content)
            throws IOException {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }
}
