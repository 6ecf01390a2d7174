package io.pitlane.pipeline.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.pitlane.contract.artifact.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final String C = "c".repeat(64);
    private static final Consumer<Path> NO_DOWNLOAD = path -> fail("downloaded again");

    @TempDir Path folder;

    @Test
    void aFileIsDownloadedOnceAndCannotBeWritten() {
        // Given
        var cache = new ArtifactCache(folder, 100);
        var first = cache.get(A, 5, content("hello"));

        // When
        var second = cache.get(A, 5, NO_DOWNLOAD);

        // Then
        assertThat(second).isEqualTo(first).hasContent("hello");
        assertThat(Files.isWritable(second) && !isRoot()).isFalse();
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void aFileOfTheWrongSizeIsDownloadedAgain() throws IOException {
        // Given
        Files.writeString(folder.resolve(A), "hel");

        // When
        var file = new ArtifactCache(folder, 100).get(A, 5, content("hello"));

        // Then
        assertThat(file).hasContent("hello");
    }

    @Test
    void aFileThatWasChangedIsDownloadedAgain() throws IOException {
        // Given
        var digest = HexFormat.of().formatHex(Sha256.of("hello".getBytes(StandardCharsets.UTF_8)));
        var cache = new ArtifactCache(folder, 100);
        var file = cache.get(digest, 5, content("hello"));

        // When
        Files.delete(file);
        Files.writeString(file, "hullo");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));

        // Then
        assertThat(cache.get(digest, 5, content("hello"))).hasContent("hello");
    }

    @Test
    void aFileThatAnotherProcessLeftIsVerifiedOnce() throws IOException {
        // Given
        var digest = HexFormat.of().formatHex(Sha256.of("hello".getBytes(StandardCharsets.UTF_8)));
        var cache = new ArtifactCache(folder, 100);
        var file = Files.writeString(folder.resolve(digest), "hello");
        cache.get(digest, 5, NO_DOWNLOAD);

        // When: what no check of size, time and inode can notice.
        var modified = Files.getLastModifiedTime(file);
        Files.writeString(file, "hullo");
        Files.setLastModifiedTime(file, modified);

        // Then
        assertThat(cache.get(digest, 5, NO_DOWNLOAD)).hasContent("hullo");
        var other = new ArtifactCache(folder, 100);
        assertThat(other.get(digest, 5, content("hello"))).hasContent("hello");
    }

    @Test
    void aNewFolderIsItsOwnersOnly() throws IOException {
        // Given
        var own = folder.resolve("cache").resolve("pitlane");

        // When
        new ArtifactCache(own, 100).get(A, 5, content("hello"));

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
    }

    @Test
    void twoCachesInOneProcessShareAFolder() {
        // Given
        var caches = List.of(new ArtifactCache(folder, 1), new ArtifactCache(folder, 1));
        var threads = Executors.newFixedThreadPool(8);

        // When
        var files =
                IntStream.range(0, 400)
                        .mapToObj(
                                i ->
                                        CompletableFuture.supplyAsync(
                                                () ->
                                                        caches.get(i % 2)
                                                                .get(
                                                                        digest(i),
                                                                        5,
                                                                        content("hello")),
                                                threads))
                        .toList();

        // Then
        assertThat(files).allSatisfy(file -> assertThat(file.join()).hasContent("hello"));
        threads.shutdown();
    }

    private static String digest(int number) {
        return "%064x".formatted(number);
    }

    @Test
    void theLeastRecentlyUsedFileIsEvictedFirst() throws IOException {
        // Given
        var cache = new ArtifactCache(folder, 12);
        age(cache.get(A, 5, content("aaaaa")), 60);
        age(cache.get(B, 5, content("bbbbb")), 30);

        // When
        cache.get(C, 5, content("ccccc"));

        // Then
        assertThat(folder.resolve(A)).doesNotExist();
        assertThat(folder.resolve(B)).exists();
        assertThat(folder.resolve(C)).exists();
    }

    @Test
    void aFileInUseIsNotEvicted() {
        // Given
        var cache = new ArtifactCache(folder, 6);
        var first = cache.get(A, 5, content("aaaaa"));

        // When
        cache.get(B, 5, content("bbbbb"));

        // Then
        assertThat(first).hasContent("aaaaa");
    }

    @Test
    void aDownloadThatFailsLeavesNothingBehind() {
        // Given
        var cache = new ArtifactCache(folder, 100);

        // When
        // Then
        assertThatThrownBy(
                        () ->
                                cache.get(
                                        A,
                                        5,
                                        path -> {
                                            content("he").accept(path);
                                            throw new IllegalStateException("damaged");
                                        }))
                .hasMessage("damaged");
        assertThat(folder).isEmptyDirectory();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void age(Path file, int minutes) throws IOException {
        var then = Instant.now().minus(Duration.ofMinutes(minutes));
        Files.getFileAttributeView(file, BasicFileAttributeView.class)
                .setTimes(null, FileTime.from(then), null);
    }

    private static Consumer<Path> content(String text) {
        return path -> {
            try {
                Files.writeString(path, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
