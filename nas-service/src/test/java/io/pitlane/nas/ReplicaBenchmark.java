package io.pitlane.nas;

import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Measures the time of the same search with one replica and with two: from the score of the
 * original, when every replica is up, to that of the last trial.
 *
 * <pre>{@code
 * ReplicaBenchmark ../examples/nas-replicas.yaml 2
 * }</pre>
 */
final class ReplicaBenchmark {
    private ReplicaBenchmark() {}

    /**
     * Measures and prints.
     *
     * @param arguments the plan, whose only step before bench is nas; the number of rounds
     */
    public static void main(String[] arguments) throws IOException {
        var plan = Path.of(arguments[0]).toAbsolutePath();
        for (int round = 1; round <= Integer.parseInt(arguments[1]); round++) {
            for (int replicas = 1; replicas <= 2; replicas++) {
                System.out.println(line(round, replicas, plan));
            }
        }
        System.exit(0);
    }

    private static String line(int round, int replicas, Path file) throws IOException {
        var folder = Files.createTempDirectory("replicas");
        var plan = PlanReader.read(Files.readString(file));
        var step = (NasStep) plan.steps().get(0);
        int trials = step.budget().trials();
        int epochs = step.trial().epochs();
        try (var testBed = SearchTestBed.open(folder, UUID.randomUUID().toString())) {
            for (int i = 1; i <= replicas; i++) {
                testBed.start("replica-" + i);
            }
            testBed.submit(plan, file.resolveSibling(plan.model()), data(file, plan));
            while (!testBed.isDone()) {
                sleep();
            }
            return figures(round, replicas, testBed.scores(trials, epochs));
        }
    }

    private static Map<String, Path> data(Path file, Plan plan) {
        var files = new HashMap<String, Path>();
        for (var source : List.of(plan.data().train(), plan.data().test())) {
            source.paths().values().forEach(path -> files.put(path, file.resolveSibling(path)));
        }
        return files;
    }

    private static String figures(int round, int replicas, List<TrialScore> scores) {
        var start = scores.get(0).at();
        var end = scores.stream().map(TrialScore::at).max(Comparator.naturalOrder()).orElse(start);
        double busy = scores.stream().skip(1).mapToDouble(TrialScore::seconds).sum();
        return String.format(
                Locale.ROOT,
                "| %d | %d | %.1f s | %.1f s | %.0f %% | %.1f | %s |",
                round,
                replicas,
                seconds(start, end),
                busy / (scores.size() - 1),
                100 * busy / replicas / seconds(start, end),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                scores.stream()
                        .skip(1)
                        .map(TrialScore::replica)
                        .sorted()
                        .collect(
                                Collectors.groupingBy(
                                        name -> name, TreeMap::new, Collectors.counting())));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static void sleep() {
        try {
            Thread.sleep(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
