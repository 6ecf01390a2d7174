package io.pitlane.nas;

import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.SearchObjective;
import io.pitlane.report.FigureFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The notes of a nas step on its search and its winner. */
final class SearchNotes {
    private final SearchResult result;

    SearchNotes(SearchResult result) {
        this.result = result;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("genome: " + result.winner().genome());
        lines.add("picked: " + result.pickReason());
        lines.add(trainings());
        failures().ifPresent(lines::add);
        lines.add("original: " + figures(result.original()));
        result.paretoFront().forEach(score -> lines.add("Pareto front: " + figures(score)));
        lines.addAll(result.spaceSummary().lines().toList());
        return List.copyOf(lines);
    }

    private String trainings() {
        var trained = result.history().stream().filter(score -> score.number() >= 0).toList();
        long architectures = trained.stream().map(TrialScore::number).distinct().count();
        var replicas = trainingsByReplica(trained);
        return "%d architectures in %d trainings by %d replicas (%s); %s"
                .formatted(
                        architectures,
                        trained.size(),
                        replicas.size(),
                        replicas.entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .collect(Collectors.joining(", ")),
                        result.stopReason());
    }

    private static TreeMap<String, Long> trainingsByReplica(List<TrialScore> trained) {
        return trained.stream()
                .collect(
                        Collectors.groupingBy(
                                score -> Objects.requireNonNullElse(score.replica(), "unknown"),
                                TreeMap::new,
                                Collectors.counting()));
    }

    private Optional<String> failures() {
        var failed = result.history().stream().filter(score -> score.failure() != null).toList();
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%d trainings failed, the first one, %s, with: %s"
                                .formatted(
                                        failed.size(),
                                        failed.get(0).genome(),
                                        failed.get(0).failure()));
    }

    private String figures(TrialScore score) {
        var latency =
                score.latencyMillis() == null
                        ? ""
                        : ", " + ScoreFormat.cost(score, SearchObjective.Cost.LATENCY);
        return String.format(
                Locale.ROOT,
                "validation accuracy %.4f, %s MACs, %s parameters%s, %d epochs: %s",
                score.accuracy(),
                FigureFormat.count(score.macs()),
                FigureFormat.count(score.parameters()),
                latency,
                score.epochs(),
                score.genome());
    }
}
