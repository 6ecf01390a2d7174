package io.pitlane.pipeline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.run.Checkpoint;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArtifactCache;
import io.pitlane.pipeline.artifact.KafkaArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {
    @TempDir Path folder;

    private final List<String> progress = new ArrayList<>();
    private Path cache;
    private Path restored;

    @BeforeEach
    void createFolders() throws IOException {
        cache = Files.createDirectory(folder.resolve("cache"));
        restored = Files.createDirectory(folder.resolve("restored"));
    }

    @Test
    void aCheckpointIsRestored() throws IOException {
        // Given
        var kept = cached(packed());

        // When
        restore(kept);

        // Then
        assertThat(restored.resolve("state")).hasContent("100");
        assertThat(progress).singleElement().asString().startsWith("resuming");
    }

    @Test
    void aCheckpointThatEndsTooEarlyLeavesNothingBehind() throws IOException {
        // Given
        var whole = packed();
        var kept = cached(Arrays.copyOf(whole, whole.length - 20));

        // When
        restore(kept);

        // Then
        assertThat(restored).isEmptyDirectory();
        assertThat(progress).isEmpty();
    }

    @Test
    void aCheckpointIsLostWhereItsFilesCannotBeRead() throws IOException {
        // Given
        var kept = cached(packed());
        Files.delete(cache.resolve(kept.digest()));
        Files.delete(cache);
        Files.writeString(cache, "not a folder");

        // When
        restore(kept);
        var preparation = files().preparation(kept);

        // Then
        assertThat(restored).isEmptyDirectory();
        assertThat(progress).isEmpty();
        assertThat(preparation).isEmpty();
    }

    private void restore(ArtifactRef kept) {
        var checkpoint = new Checkpoint("run", 0, null, kept, List.of(), Instant.EPOCH);
        files().restore(checkpoint, restored, progress::add);
    }

    /** Of a store that finds everything in its cache. */
    private CheckpointFiles files() {
        var store =
                new KafkaArtifactStore(
                        Map.of(), "topic", new ArtifactCache(cache, 1 << 20), Duration.ZERO);
        return new CheckpointFiles(store, null);
    }

    private byte[] packed() throws IOException {
        var state = Files.createDirectory(folder.resolve("state"));
        Files.writeString(state.resolve("state"), "100");
        var packed = folder.resolve("packed");
        Archive.packStored(state, packed);
        return Files.readAllBytes(packed);
    }

    private ArtifactRef cached(byte[] content) throws IOException {
        var file = Files.write(folder.resolve("content"), content);
        var digest = Sha256.of(file);
        Files.move(file, cache.resolve(digest));
        return new ArtifactRef(digest, content.length, ArtifactRef.Kind.CHECKPOINT, 0, 0, 0, 1);
    }
}
