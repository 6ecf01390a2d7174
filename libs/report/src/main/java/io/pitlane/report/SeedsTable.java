package io.pitlane.report;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The reports of one plan that was run with several seeds, as one table: for each model and engine
 * the median over the runs, and the range where the runs differ.
 */
public final class SeedsTable {
    private final List<Report> reports;

    /**
     * @param reports of runs of the same plan; at least one
     * @throws IllegalArgumentException when there is none
     */
    public SeedsTable(List<Report> reports) {
        if (reports.isEmpty()) {
            throw new IllegalArgumentException("no reports");
        }
        this.reports = List.copyOf(reports);
    }

    /** The table, and how often the engines agree; without a line feed at the end. */
    public String render() {
        var header = new ArrayList<>(List.of("model", "engine", "format"));
        if (threads().size() > 1) {
            header.add("threads");
        }
        header.addAll(List.of(QualityMetric.of(reports.get(0)).title(), "size"));
        for (int batch : batches()) {
            header.add("faster, batch " + batch);
            header.add("same engine");
        }
        var table = new TextTable(header, 3);
        for (var model : reports.get(0).models()) {
            for (var engine : Engine.values()) {
                threads().stream()
                        .map(threads -> results(model.label(), engine, threads))
                        .filter(results -> !results.isEmpty())
                        .forEach(results -> table.add(row(results)));
            }
        }
        return String.join("\n", Stream.concat(Stream.of(table.render()), agreements()).toList());
    }

    private Stream<String> agreements() {
        var byPair =
                reports.stream()
                        .flatMap(
                                report -> EnginesTable.candidate(report).engineAgreement().stream())
                        .collect(
                                Collectors.groupingBy(
                                        pair -> List.of(pair.first(), pair.second()),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        return byPair.values().stream()
                .map(
                        runs ->
                                EnginesTable.agreement(
                                        reports.get(0),
                                        runs.get(0),
                                        cell(
                                                runs,
                                                run -> Optional.of(run.agreement()),
                                                FigureFormat::percent)));
    }

    private List<Integer> threads() {
        return latencies().stream().map(Latency::threads).distinct().toList();
    }

    private List<Integer> batches() {
        return latencies().stream().map(Latency::batch).distinct().toList();
    }

    private List<Latency> latencies() {
        return reports.stream()
                .flatMap(report -> report.models().stream())
                .map(ModelFigures::latency)
                .flatMap(List::stream)
                .toList();
    }

    private List<EngineResult> results(String label, Engine engine, int threads) {
        return reports.stream()
                .flatMap(
                        report ->
                                report.models().stream()
                                        .filter(model -> model.label().equals(label))
                                        .map(m -> new EngineResult(report, m, engine, threads)))
                .filter(EngineResult::isTimed)
                .toList();
    }

    private List<String> row(List<EngineResult> results) {
        var first = results.get(0);
        var cells =
                new ArrayList<>(
                        List.of(
                                first.model().label(),
                                first.engine().title(),
                                first.model().format()));
        if (threads().size() > 1) {
            cells.add(String.valueOf(first.threads()));
        }
        var quality = QualityMetric.of(reports.get(0));
        cells.add(
                cell(
                        results,
                        result -> result.scored().map(quality.value()::apply),
                        quality.share() ? FigureFormat::percent : FigureFormat::significant));
        cells.add(
                cell(
                        results,
                        result -> result.sizeBytes().map(Long::doubleValue),
                        bytes -> FigureFormat.bytes(Math.round(bytes))));
        for (int batch : batches()) {
            cells.add(speedup(results, result -> result.againstTensorFlow(batch)));
            cells.add(speedup(results, result -> result.sameEngine(batch)));
        }
        return cells;
    }

    private static String speedup(
            List<EngineResult> results, Function<EngineResult, Optional<Speedup>> speedup) {
        return cell(
                results, result -> speedup.apply(result).map(Speedup::paired), FigureFormat::times);
    }

    private static <T> String cell(
            List<T> results, Function<T, Optional<Double>> figure, DoubleFunction<String> format) {
        var sorted =
                results.stream()
                        .map(figure)
                        .flatMap(Optional::stream)
                        .mapToDouble(Double::doubleValue)
                        .sorted()
                        .toArray();
        if (sorted.length == 0) {
            return FigureFormat.NONE;
        }
        var low = format.apply(sorted[0]);
        var high = format.apply(sorted[sorted.length - 1]);
        var median = format.apply(median(sorted));
        return low.equals(high) ? median : "%s (%s to %s)".formatted(median, low, high);
    }

    private static double median(double[] sorted) {
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : DoubleStream.of(sorted[middle - 1], sorted[middle]).average().getAsDouble();
    }
}
