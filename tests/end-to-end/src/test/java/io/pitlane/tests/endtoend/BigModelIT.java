package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.cli.client.RunListener;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model that is larger than the heap of everyone who passes it on. {@code -Dpitlane.big=300} says
 * how many megabytes.
 */
@Tag("long")
@Timeout(900)
class BigModelIT {
    private static final int MEGABYTES = Integer.getInteger("pitlane.big", 120);
    private static final int HEAP = Integer.getInteger("pitlane.big.heap", 96);

    @TempDir Path folder;

    @Test
    void aModelLargerThanEveryHeapOnItsWayComesThrough() throws IOException {
        try (var fleet =
                new Fleet(
                        folder,
                        "-Xmx" + HEAP + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1")) {
            // Given
            var gateway = fleet.start("gateway-service", "gateway");
            for (var stage : new String[] {"distill", "quantize", "bench"}) {
                fleet.start(
                        "tests/faults",
                        stage,
                        "pitlane.stage=" + stage,
                        "pitlane.job.jvm-options=-Xmx64m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC");
            }
            fleet.awaitReady();
            var client = new GatewayClient(gateway.address());
            var packed = packedModel();
            var data = packedData();

            // When
            var began = Instant.now();
            var model = client.artifacts().upload(ArtifactRef.Kind.MODEL, packed);
            var uploaded = Instant.now();
            var images = client.artifacts().upload(ArtifactRef.Kind.DATA, data);
            var submitted = Instant.now();
            var run = client.runs().submit(new RunRequest(plan(), model.digest(), images.digest()));
            client.runs().watch(run.runId(), new Quiet());
            var ended = Instant.now();
            var downloaded = folder.resolve("downloaded.tar.gz");
            client.runs().downloadModel(run.runId(), "quantize", downloaded);
            var done = Instant.now();

            // Then
            assertThat(client.runs().find(run.runId()).status()).isEqualTo(RunState.Status.PASSED);
            var unpacked = folder.resolve("unpacked");
            Archive.unpack(downloaded, unpacked, ArchiveLimits.model(1L << 30));
            assertThat(unpacked.resolve("quantize")).exists();
            assertThat(
                            Files.mismatch(
                                    folder.resolve("model/saved_model.pb"),
                                    unpacked.resolve("saved_model.pb")))
                    .isEqualTo(-1);
            for (var member : fleet.members()) {
                assertThat(member.peakHeap()).as(member.name()).isLessThan(MEGABYTES);
            }
            report(
                    fleet,
                    rate(began, uploaded),
                    Duration.between(submitted, ended),
                    rate(ended, done));
        }
    }

    private static void report(Fleet fleet, double up, Duration run, double down) {
        System.out.printf(
                "%d MB, heap at most %d MiB: upload %.0f MB/s, run %.1f s, download %.0f MB/s;"
                        + " peak heap in MiB:",
                MEGABYTES, HEAP, up, run.toMillis() / 1000.0, down);
        fleet.members().forEach(m -> System.out.printf(" %s %d", m.name(), m.peakHeap()));
        System.out.println();
    }

    private static double rate(Instant from, Instant to) {
        return MEGABYTES * 1000.0 / Duration.between(from, to).toMillis();
    }

    /** Bytes that do not compress, in a file of the name that a SavedModel's has. */
    private Path packedModel() throws IOException {
        var model = Files.createDirectories(folder.resolve("model"));
        var random = new Random(1);
        var megabyte = new byte[1_000_000];
        try (var out =
                new BufferedOutputStream(Files.newOutputStream(model.resolve("saved_model.pb")))) {
            for (int i = 0; i < MEGABYTES; i++) {
                random.nextBytes(megabyte);
                out.write(megabyte);
            }
        }
        var packed = folder.resolve("model.tar.gz");
        Archive.pack(model, packed);
        return packed;
    }

    private Path packedData() throws IOException {
        var data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("images.gz"), "images");
        var packed = folder.resolve("data.tar.gz");
        Archive.pack(data, packed);
        return packed;
    }

    private String plan() {
        return """
        name: big
        model: %s
        data:
          train: {images: images.gz, labels: images.gz}
          test: {images: images.gz, labels: images.gz}
        steps:
          - distill: {}
          - quantize: {}
          - bench: {}
        """
                .formatted(folder);
    }

    private static final class Quiet implements RunListener {
        @Override
        public void progress(Progress progress) {}

        @Override
        public void state(RunState state) {}
    }
}
