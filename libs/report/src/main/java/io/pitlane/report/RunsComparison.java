package io.pitlane.report;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.report.PlotsSection.SizeUnit;
import io.pitlane.report.ScatterPlot.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The models of several runs in one table and over the same axes, on one engine and at one batch
 * size: quality against size and against latency, with the Pareto front of each. Figures are
 * compared only where task, data, machine and software are the same.
 */
public final class RunsComparison {
    private final List<Report> reports;
    private final Engine engine;
    private final int batch;
    private final QualityMetric quality;
    private final List<Candidate> candidates;

    /** A model of one of the reports on the engine. */
    private record Candidate(String name, EngineResult result, ModelFigures scored, Long size) {}

    /**
     * A comparison.
     *
     * @param reports two or more; the first is run A
     * @param engine one of {@link #engines}
     * @param batch one of {@link #batches}
     */
    public RunsComparison(List<Report> reports, Engine engine, int batch) {
        this.reports = List.copyOf(reports);
        this.engine = engine;
        this.batch = batch;
        this.quality = QualityMetric.of(reports.get(0));
        this.candidates =
                IntStream.range(0, reports.size()).boxed().flatMap(this::candidates).toList();
    }

    /** The letter that stands for a run: A for 0. */
    public static String letter(int run) {
        return String.valueOf((char) ('A' + run));
    }

    /** Why the figures of these reports cannot be compared, a sentence each; empty if they can. */
    public static List<String> differences(List<Report> reports) {
        return Comparability.differences(reports);
    }

    /** The engines that models of every report were timed on. */
    public static List<Engine> engines(List<Report> reports) {
        return common(reports, Latency::engine);
    }

    /** The batch sizes that models of every report were timed at. */
    public static List<Integer> batches(List<Report> reports) {
        return common(reports, Latency::batch);
    }

    private static <T> List<T> common(List<Report> reports, Function<Latency, T> figure) {
        return latencies(reports.get(0))
                .map(figure)
                .distinct()
                .filter(
                        one ->
                                reports.stream()
                                        .allMatch(
                                                r ->
                                                        latencies(r)
                                                                .map(figure)
                                                                .anyMatch(one::equals)))
                .toList();
    }

    private static Stream<Latency> latencies(Report report) {
        return report.models().stream().flatMap(model -> model.latency().stream());
    }

    private Stream<Candidate> candidates(int run) {
        var report = reports.get(run);
        int threads = latencies(report).findFirst().map(Latency::threads).orElse(1);
        return report.models().stream()
                .map(model -> new EngineResult(report, model, engine, threads))
                .filter(result -> engine == Engine.TENSORFLOW || result.isTimed())
                .map(
                        result ->
                                new Candidate(
                                        letter(run) + " " + result.model().label(),
                                        result,
                                        result.scored().orElse(null),
                                        result.sizeBytes().orElse(null)));
    }

    /** The table and the plots as sections of a page that links {@link HtmlReport#stylesheet}. */
    public String render() {
        var unit =
                SizeUnit.of(
                        candidates.stream()
                                .map(Candidate::size)
                                .filter(Objects::nonNull)
                                .mapToLong(l -> l));
        var bySize = points(c -> c.size() == null ? null : c.size() / unit.bytes());
        var byLatency = points(c -> latency(c).map(Latency::p50Millis).orElse(null));
        var sizeFront = ParetoFront.of(bySize, quality.error());
        var latencyFront = ParetoFront.of(byLatency, quality.error());
        return "<section>\n<h2>Models</h2>\n"
                + table(sizeFront, latencyFront)
                + "</section>\n<section class=\"plots\">\n"
                + plot("size", unit.title(), bySize, sizeFront)
                + plot(
                        "latency",
                        "Latency p50 at batch " + batch + " (ms)",
                        byLatency,
                        latencyFront)
                + "</section>\n";
    }

    private Optional<Latency> latency(Candidate candidate) {
        return candidate.result().latency(batch);
    }

    /** Those that have both coordinates. */
    private List<Point> points(Function<Candidate, Double> abscissa) {
        return candidates.stream()
                .filter(c -> abscissa.apply(c) != null && plotted(c) != null)
                .map(c -> new Point(c.name(), abscissa.apply(c), plotted(c)))
                .toList();
    }

    private Double plotted(Candidate candidate) {
        return candidate.scored() == null ? null : quality.plotted(candidate.scored());
    }

    private String table(ParetoFront sizeFront, ParetoFront latencyFront) {
        var table =
                new HtmlTable(
                        "Models of all runs",
                        List.of(
                                "model",
                                quality.title(),
                                "size",
                                "parameters",
                                "MACs",
                                "p50, batch " + batch,
                                "images/s",
                                "Pareto front"));
        for (var candidate : candidates) {
            var fronts = new ArrayList<String>();
            if (holds(sizeFront, candidate)) {
                fronts.add("size");
            }
            if (holds(latencyFront, candidate)) {
                fronts.add("latency");
            }
            table.add(fronts.isEmpty() ? "" : "candidate", row(candidate, fronts));
        }
        return table.render();
    }

    private static boolean holds(ParetoFront front, Candidate candidate) {
        return front.points().stream().anyMatch(point -> point.label().equals(candidate.name()));
    }

    private List<String> row(Candidate candidate, List<String> fronts) {
        var model = candidate.result().model();
        return List.of(
                candidate.name(),
                candidate.scored() == null ? FigureFormat.NONE : quality.text(candidate.scored()),
                candidate.size() == null ? FigureFormat.NONE : FigureFormat.bytes(candidate.size()),
                FigureFormat.count(model.parameters()),
                FigureFormat.count(model.macs()),
                latency(candidate)
                        .map(l -> FigureFormat.millis(l.p50Millis()))
                        .orElse(FigureFormat.NONE),
                latency(candidate)
                        .map(l -> FigureFormat.perSecond(l.imagesPerSecond()))
                        .orElse(FigureFormat.NONE),
                fronts.isEmpty() ? FigureFormat.NONE : String.join(", ", fronts));
    }

    private String plot(String against, String title, List<Point> points, ParetoFront front) {
        if (points.isEmpty()) {
            return "";
        }
        var y = quality.axis(points.stream().map(Point::y).toList());
        var x = Axis.fromZero(title, points.stream().map(Point::x).toList());
        return "<div>\n<h2>"
                + Html.escape(y.title().replace(" (%)", "") + " against " + against)
                + "</h2>\n"
                + ScatterPlot.ofFront(x, y, points, front).render()
                + "</div>\n";
    }
}
