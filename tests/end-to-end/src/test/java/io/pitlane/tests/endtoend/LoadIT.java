package io.pitlane.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.cli.client.GatewayClient;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.run.RunRequest;
import io.pitlane.contract.run.RunState;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small runs at once on two replicas of each stage, with the real services and a real, small
 * model. {@code -Dpitlane.load=200} says how many.
 */
@Tag("long")
@Timeout(value = 3, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(
        named = "pitlane.load",
        matches = "[1-9]\\d*",
        disabledReason = "many runs at once are started with -Dpitlane.load=N")
class LoadIT {
    private static final int RUNS = Integer.getInteger("pitlane.load", 0);
    private static final int ALONE = Math.max(1, RUNS / 10);
    private static final int IMAGES = 100;

    /** What runs ask for in turn. */
    private static final List<String> STEPS =
            List.of(
                    "prune: {ratio: 0.5}",
                    "quantize: {calibration: {samples: 16}}",
                    "prune: {ratio: 0.25}\n  - quantize: {calibration: {samples: 16}}",
                    "distill: {student: {width: 0.5}, training: {epochs: 1}}");

    private static final int LONGEST = 2;

    @TempDir Path folder;

    @Test
    void everyOneOfManyRunsEndsOnce() throws IOException {
        try (var fleet =
                new Fleet(folder, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")) {
            // Given
            var gateway = fleet.start("gateway-service", "gateway");
            for (var stage : List.of("prune", "quantize", "distill", "bench")) {
                fleet.start(stage + "-service", stage + "-1", settings());
                fleet.start(stage + "-service", stage + "-2", settings());
            }
            fleet.awaitReady();
            var client = new GatewayClient(gateway.address());
            var model = client.artifacts().upload(ArtifactRef.Kind.MODEL, packedModel()).digest();
            var data =
                    client.artifacts()
                            .upload(ArtifactRef.Kind.DATA, new SmallImages(folder).packed(IMAGES))
                            .digest();

            // When
            var alone = new ArrayList<String>();
            for (int i = 0; i < ALONE; i++) {
                alone.add(submit(client, LONGEST, model, data));
                awaitAll(client);
            }
            try (var memory = new MemoryWatch(fleet.members())) {
                var began = Instant.now();
                var runs = new ArrayList<String>();
                for (int i = 0; i < RUNS; i++) {
                    runs.add(submit(client, i, model, data));
                }
                awaitAll(client);
                var took = Duration.between(began, Instant.now());

                // Then
                var all = Stream.concat(alone.stream(), runs.stream()).toList();
                assertThat(client.runs().list()).hasSize(all.size()).allMatch(LoadIT::isMeasured);
                assertThat(new StackTopics(fleet.bootstrapServers()).results())
                        .containsExactlyInAnyOrderElementsOf(all);
                var reports = all.stream().map(id -> client.runs().report(id)).toList();
                var steps = new StepTimes(fleet.members(), reports);
                assertThat(steps.begun()).as("how often steps were begun").containsOnly(1);
                assertThat(steps.begun()).hasSize(reports.stream().mapToInt(LoadIT::steps).sum());
                print(took, steps, alone, runs);
                print(fleet, memory);
                assertFlat(fleet);
            }
        }
    }

    private static String submit(GatewayClient client, int index, String model, String data) {
        return client.runs().submit(new RunRequest(plan(index), model, data)).runId();
    }

    private static void awaitAll(GatewayClient client) {
        await().atMost(Duration.ofHours(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> client.runs().list().stream().noneMatch(LoadIT::isRunning));
    }

    private static int steps(Report report) {
        return report.lineage().size() + 1;
    }

    private static void print(
            Duration took, StepTimes steps, List<String> alone, List<String> runs) {
        System.out.printf(
                "%d runs in %.0f s: %.0f runs an hour%n",
                RUNS, took.toMillis() / 1000.0, RUNS * 3_600_000.0 / took.toMillis());
        System.out.println("work done to handed over: " + StepTimes.summary(steps.handOvers()));
        System.out.println(
                "work done to next stage begun, one run at a time: "
                        + StepTimes.summary(steps.passages(alone)));
        System.out.println(
                "work done to next stage begun, all at once: "
                        + StepTimes.summary(steps.passages(runs)));
    }

    private static void print(Fleet fleet, MemoryWatch memory) {
        var resident = memory.quarters();
        for (var member : fleet.members()) {
            System.out.printf(
                    "%s: resident MiB %s, heap after collections MiB %s%n",
                    member.name(),
                    resident.get(member),
                    MemoryWatch.quarters(member.heapAfterCollections()));
        }
    }

    /** What a member remembers of each run shows after enough runs. */
    private static void assertFlat(Fleet fleet) {
        for (var member : fleet.members()) {
            var heap = MemoryWatch.quarters(member.heapAfterCollections());
            if (!heap.isEmpty()) {
                assertThat(heap.get(3))
                        .as("MiB that %s holds at the end, of %s", member.name(), heap)
                        .isLessThan(2 * heap.get(1) + 32);
            }
        }
    }

    private static String[] settings() {
        return new String[] {
            "pitlane.job.threads=1",
            "pitlane.job.jvm-options=-Xmx256m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC"
        };
    }

    private static boolean isRunning(RunState run) {
        return run.status() == RunState.Status.RUNNING;
    }

    private static boolean isMeasured(RunState run) {
        return Set.of(RunState.Status.PASSED, RunState.Status.NOT_PASSED).contains(run.status());
    }

    private static Path examples() {
        return Path.of(System.getProperty("pitlane.root")).resolve("examples/fashion-mnist");
    }

    private Path packedModel() {
        var packed = folder.resolve("model.tar.gz");
        Archive.pack(examples().resolve("baseline"), packed);
        return packed;
    }

    private static String plan(int index) {
        return """
        name: load-%d
        model: baseline
        data:
          train: {images: images.gz, labels: labels.gz}
          test: {images: images.gz, labels: labels.gz}
        input: {channels: grey, scale: 0.00392156862745098}
        steps:
          - %s
          - bench: {batchSizes: [1], seconds: 0.01}
        cache: false
        """
                .formatted(index, STEPS.get(index % STEPS.size()));
    }
}
