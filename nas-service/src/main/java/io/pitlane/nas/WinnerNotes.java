package io.pitlane.nas;

import io.pitlane.contract.NasStep;
import io.pitlane.contract.TrialScore;
import io.pitlane.nas.coordinate.ScoreLine;
import io.pitlane.nas.coordinate.SearchResult;
import io.pitlane.report.FigureFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What there is to say about a search and its winner. */
final class WinnerNotes {
    private final SearchResult result;

    WinnerNotes(SearchResult result) {
        this.result = result;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("genome: " + result.winner().genome());
        lines.add("picked: %s".formatted(result.why()));
        lines.add(searched());
        failed().ifPresent(lines::add);
        lines.add("original: " + figures(result.original()));
        result.front().forEach(score -> lines.add("Pareto front: " + figures(score)));
        lines.addAll(result.space().lines().toList());
        return List.copyOf(lines);
    }

    private String searched() {
        var trained = result.history().stream().filter(score -> score.number() >= 0).toList();
        long architectures = trained.stream().map(TrialScore::number).distinct().count();
        return "%d architectures in %d trainings by %d replicas (%s); %s"
                .formatted(
                        architectures,
                        trained.size(),
                        replicas(trained).size(),
                        replicas(trained).entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .collect(Collectors.joining(", ")),
                        result.ended());
    }

    private static TreeMap<String, Long> replicas(List<TrialScore> trained) {
        return trained.stream()
                .collect(
                        Collectors.groupingBy(
                                score -> Objects.requireNonNullElse(score.replica(), "unknown"),
                                TreeMap::new,
                                Collectors.counting()));
    }

    private Optional<String> failed() {
        var failed = result.history().stream().filter(score -> score.failure() != null).toList();
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%d trainings failed, the first one, %s: %s"
                                .formatted(
                                        failed.size(),
                                        failed.get(0).genome(),
                                        failed.get(0).failure()));
    }

    private String figures(TrialScore score) {
        var latency =
                score.latencyMillis() == null
                        ? ""
                        : ", " + ScoreLine.cost(score, NasStep.Cost.LATENCY);
        return String.format(
                Locale.ROOT,
                "%.4f on the images set aside, %s MACs, %s parameters%s, %d epochs: %s",
                score.accuracy(),
                FigureFormat.count(score.macs()),
                FigureFormat.count(score.parameters()),
                latency,
                score.epochs(),
                score.genome());
    }
}
