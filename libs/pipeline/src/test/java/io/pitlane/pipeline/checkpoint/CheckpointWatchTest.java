package io.pitlane.pipeline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CheckpointWatchTest {
    private static final Duration ALWAYS = Duration.ofMillis(1);
    private static final Duration ONCE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir Path folder;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private Path checkpoints;
    private Path scratch;

    @BeforeEach
    void makeFolders() throws IOException {
        checkpoints = Files.createDirectory(folder.resolve("checkpoints"));
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    @Test
    void aChangedFolderIsSentOnce() throws IOException {
        try (var watch = watch(ALWAYS)) {
            save("state", "first");
            untilSent("first");
            save("state", "second");
            untilSent("first", "second");

            watch.flush(PATIENCE);
        }

        assertThat(sent).containsExactly("first", "second");
        assertThat(scratch.resolve("snapshot")).doesNotExist();
    }

    @Test
    void theFilesAtTheStartAreNotSent() throws IOException {
        save("state", "restored");

        try (var watch = watch(ALWAYS)) {
            watch.flush(PATIENCE);
        }

        assertThat(sent).isEmpty();
    }

    @Test
    void withinTheIntervalACheckpointIsSentOnlyByAFlush() throws IOException {
        try (var watch = watch(ONCE)) {
            save("state", "first");
            untilSent("first");
            save("state", "last");
            assertThat(sent).containsExactly("first");

            watch.flush(PATIENCE);
        }

        assertThat(sent).containsExactly("first", "last");
    }

    @Test
    void aFailedSendingIsRetried() throws IOException {
        var tries = new AtomicInteger();
        try (var watch =
                new CheckpointWatch(
                        checkpoints,
                        scratch,
                        ALWAYS,
                        packed -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new KafkaException("away");
                            }
                            note(packed);
                        })) {
            save("state", "first");

            untilSent("first");
            watch.flush(PATIENCE);
        }

        assertThat(tries).hasValue(3);
    }

    @Test
    void anUnfinishedFileIsNotPacked() throws IOException {
        var content = new CheckpointFolder(checkpoints, scratch.resolve("snapshot"));
        save("state", "whole");
        Files.writeString(checkpoints.resolve("state.tmp"), "ha");

        assertThat(content.pack(content.content(), scratch.resolve("packed"))).isTrue();

        assertThat(unpack(scratch.resolve("packed")).resolve("state.tmp")).doesNotExist();
    }

    @Test
    void aFolderThatChangedSinceItWasReadIsNotPacked() throws IOException {
        var content = new CheckpointFolder(checkpoints, scratch.resolve("snapshot"));
        save("state", "old");
        var seen = content.content();
        save("state", "newer");

        assertThat(content.pack(seen, scratch.resolve("packed"))).isFalse();

        Files.delete(checkpoints.resolve("state"));
        assertThat(content.pack(seen, scratch.resolve("packed"))).isFalse();
    }

    private CheckpointWatch watch(Duration every) throws IOException {
        return new CheckpointWatch(checkpoints, scratch, every, this::note);
    }

    private void note(Path packed) {
        try {
            sent.add(Files.readString(unpack(packed).resolve("state")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path unpack(Path packed) {
        var unpacked = folder.resolve("unpacked-" + sent.size());
        Archive.unpack(packed, unpacked, ArchiveLimits.model(1 << 20));
        return unpacked;
    }

    private void save(String name, String content) throws IOException {
        var unfinished = Files.writeString(checkpoints.resolve(name + ".tmp"), content);
        Files.move(unfinished, checkpoints.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private void untilSent(String... contents) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sent).containsExactly(contents));
    }
}
