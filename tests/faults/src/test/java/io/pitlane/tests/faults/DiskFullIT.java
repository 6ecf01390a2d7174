package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.Topics;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk of a few megabytes, in memory: mounting it takes root. */
@Timeout(600)
class DiskFullIT {
    private static final int DISK = 24 << 20;

    @TempDir Path folder;
    private Path disk;
    private TestCluster testCluster;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "tmpfs", disk.toString()),
                "no tmpfs can be mounted here: it takes root and Linux");
        testCluster = TestCluster.open(folder);
    }

    @AfterEach
    void unmount() throws Exception {
        if (testCluster != null) {
            testCluster.close();
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    @Test
    void aFullCacheFailsTheRunInWordsAndTheNextRunWorksOnceThereIsRoom() throws Exception {
        // Given
        var service = start("pitlane.cache.folder");
        var other = Files.write(disk.resolve("other"), new byte[DISK - (4 << 20)]);

        // When
        var run = submitModelOf(8 << 20);

        // Then
        assertFull(run, disk.toString());
        Files.delete(other);
        assertWorks(service);
    }

    @Test
    void whatTheCacheHoldsGoesBeforeTheRunDoes() throws Exception {
        // Given
        var service = start("pitlane.cache.folder");
        var stale = Files.write(disk.resolve("0".repeat(64)), new byte[DISK - (4 << 20)]);
        var hourAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        Files.getFileAttributeView(stale, BasicFileAttributeView.class)
                .setTimes(null, hourAgo, null);

        // When
        var run = submitModelOf(8 << 20);

        // Then
        assertHandedOver(run);
        assertThat(stale).doesNotExist();
        assertThat(service.isAlive()).isTrue();
    }

    @Test
    void aFullWorkFolderFailsTheRunInWordsAndTheNextRunWorks() throws Exception {
        // Given
        var service = start("pitlane.work.folder");

        // When: unpacked, the model leaves no room for what is made of it
        var run = submitModelOf(DISK - (3 << 20));

        // Then
        assertFull(run, disk.toString());
        assertWorks(service);
    }

    private ServiceProcess start(String setting) throws IOException {
        return testCluster.start(
                "first", Map.of("pitlane.stage", "prune", setting, disk.toString()));
    }

    private SubmittedRun submitModelOf(int bytes) throws Exception {
        var run = new SubmittedRun(testCluster, folder);
        var file = run.file();
        try (var archive = new HostileArchive(file)) {
            archive.random("saved_model.pb", bytes);
        }
        run.submit(testCluster.artifacts().publish(ArtifactRef.Kind.MODEL, file));
        return run;
    }

    private void assertFull(SubmittedRun run, String where) {
        var failures =
                testCluster
                        .cluster()
                        .awaitEvents(Topics.DEFAULT.failures(), run.runId(), Failure.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MACHINE);
        assertThat(failures.get(0).message()).contains("The disk that holds " + where);
        assertThat(failures.get(0).action()).startsWith("Make room there");
    }

    private void assertWorks(ServiceProcess service) throws Exception {
        assertHandedOver(submitModelOf(1 << 20));
        assertThat(service.isAlive()).isTrue();
    }

    private void assertHandedOver(SubmittedRun run) {
        var next = Topics.DEFAULT.jobs(StageName.BENCH);
        assertThat(testCluster.cluster().awaitEvents(next, run.runId(), Object.class)).hasSize(1);
    }
}
