package io.pitlane.report;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.report.ParallelCoordinates.Coordinate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The models of several runs in one table and over the same axes, on one engine and at one batch
 * size, with Pareto fronts; and what differs in their options, and in the classes of two of them.
 * Figures are compared only where task, data, machine and software are the same.
 */
public final class RunsComparison {
    /** The figures that the table has, in its order. */
    private static final List<ComparedFigure> COLUMNS =
            List.of(
                    ComparedFigure.QUALITY,
                    ComparedFigure.SIZE,
                    ComparedFigure.PARAMETERS,
                    ComparedFigure.MACS,
                    ComparedFigure.LATENCY,
                    ComparedFigure.THROUGHPUT);

    private record Axes(ComparedFigure x, ComparedFigure y) {}

    private final List<Report> reports;
    private final Engine engine;
    private final int batch;
    private final QualityMetric quality;
    private final List<ComparedModel> models;

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
        this.models = IntStream.range(0, reports.size()).boxed().flatMap(this::models).toList();
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

    private Stream<ComparedModel> models(int run) {
        var report = reports.get(run);
        int threads = latencies(report).findFirst().map(Latency::threads).orElse(1);
        return report.models().stream()
                .map(model -> new EngineResult(report, model, engine, threads))
                .filter(result -> engine == Engine.TENSORFLOW || result.isTimed())
                .map(
                        result ->
                                new ComparedModel(
                                        run,
                                        letter(run) + " " + result.model().label(),
                                        result,
                                        batch));
    }

    /**
     * The table and two plots as sections of a page that links {@link HtmlReport#stylesheet}: of
     * two figures, and of quality against latency.
     *
     * @param x on the horizontal axis of the first plot
     * @param y on its vertical axis
     */
    public String render(ComparedFigure x, ComparedFigure y) {
        var plots =
                Stream.of(new Axes(x, y), new Axes(ComparedFigure.LATENCY, ComparedFigure.QUALITY))
                        .distinct()
                        .map(axes -> new ComparisonPlot(models, axes.x(), axes.y(), quality, batch))
                        .toList();
        return "<section>\n<h2>Models</h2>\n"
                + LimitSliders.render(COLUMNS, models, quality, batch)
                + table(plots)
                + "</section>\n<section class=\"plots\">\n"
                + plots.stream().map(ComparisonPlot::render).collect(Collectors.joining())
                + "</section>\n";
    }

    private String table(List<ComparisonPlot> plots) {
        var header = header();
        header.add("Pareto front");
        var table = new HtmlTable("Models of all runs", header);
        for (var model : models) {
            var fronts =
                    plots.stream()
                            .filter(plot -> plot.isOnFront(model))
                            .map(ComparisonPlot::name)
                            .distinct()
                            .toList();
            var cells = cells(model);
            cells.add(fronts.isEmpty() ? FigureFormat.NONE : String.join(", ", fronts));
            table.add(fronts.isEmpty() ? "" : "candidate", data(model), cells);
        }
        return table.render();
    }

    private List<String> header() {
        var header = new ArrayList<>(List.of("model"));
        COLUMNS.forEach(figure -> header.add(heading(figure)));
        return header;
    }

    private List<String> cells(ComparedModel model) {
        var cells = new ArrayList<>(List.of(model.name()));
        COLUMNS.forEach(figure -> cells.add(figure.text(model, quality)));
        return cells;
    }

    /** The table as text, each model with the letter of its run. */
    public String text() {
        var table = new TextTable(header());
        models.forEach(model -> table.add(cells(model)));
        return table.render();
    }

    /**
     * The figures of each model as numbers in their units, by the {@linkplain ComparedFigure#label
     * labels} of the figures, with its {@code run} and {@code model}.
     */
    public List<Map<String, Object>> rows() {
        return models.stream().map(this::row).toList();
    }

    private Map<String, Object> row(ComparedModel model) {
        var row = new LinkedHashMap<String, Object>();
        row.put("run", reports.get(model.run()).run());
        row.put("model", model.figures().label());
        COLUMNS.forEach(figure -> row.put(figure.label(), figure.value(model, quality)));
        return row;
    }

    private String heading(ComparedFigure figure) {
        return switch (figure) {
            case QUALITY -> quality.title();
            case LATENCY -> "p50, batch " + batch;
            case THROUGHPUT -> "images/s";
            default -> figure.title();
        };
    }

    /** The name and the figures of a model as numbers, for a script. */
    private Map<String, String> data(ComparedModel model) {
        var data = new LinkedHashMap<String, String>();
        data.put("model", model.name());
        for (var figure : COLUMNS) {
            var value = figure.value(model, quality);
            if (value != null) {
                data.put(figure.label(), FigureFormat.number(value));
            }
        }
        return data;
    }

    /** The table as comma-separated values (RFC 4180), the figures as numbers in their units. */
    public String csv() {
        var header =
                Stream.concat(
                        Stream.of("run", "model"),
                        COLUMNS.stream().map(figure -> figure.unitTitle(quality, batch)));
        var rows =
                models.stream()
                        .map(
                                model ->
                                        Stream.concat(
                                                Stream.of(
                                                        reports.get(model.run()).run(),
                                                        model.figures().label()),
                                                COLUMNS.stream()
                                                        .map(figure -> number(figure, model))));
        return Stream.concat(Stream.of(header), rows)
                .map(cells -> cells.map(RunsComparison::quoted).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private String number(ComparedFigure figure, ComparedModel model) {
        var value = figure.value(model, quality);
        return value == null ? "" : FigureFormat.number(value);
    }

    private static String quoted(String cell) {
        return cell.matches("[^\",\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /**
     * The options that differ between the plans as a table, and one line a run over them and the
     * figures of its candidate.
     */
    public String options() {
        var options = new OptionDifferences(reports);
        var candidates =
                IntStream.range(0, reports.size())
                        .mapToObj(run -> models.stream().filter(m -> m.run() == run))
                        .map(ofRun -> ofRun.reduce((first, second) -> second))
                        .flatMap(last -> last.stream())
                        .toList();
        var names = candidates.stream().map(ComparedModel::name).toList();
        var coordinates = new ArrayList<>(List.of(Coordinate.ofNames("candidate", names)));
        var runs = candidates.stream().map(ComparedModel::run).toList();
        options.options().forEach(option -> coordinates.add(Coordinate.of(option, runs)));
        COLUMNS.forEach(
                figure ->
                        coordinates.add(
                                Coordinate.of(
                                        heading(figure),
                                        candidates.stream()
                                                .map(model -> figure.value(model, quality))
                                                .toList(),
                                        candidates.stream()
                                                .map(model -> figure.text(model, quality))
                                                .toList())));
        return options.render(reports.size())
                + "<section>\n<h2>Options and figures of the candidates</h2>\n"
                + "<div class=\"scroll\" role=\"region\" aria-label=\"Options and figures\""
                + " tabindex=\"0\">\n"
                + new ParallelCoordinates(names, coordinates).render()
                + "</div>\n</section>\n";
    }

    /**
     * The classes of the candidates of two runs, the one with the largest drop first; empty where
     * they have none.
     *
     * @param before index of a run
     * @param after index of another
     */
    public String classes(int before, int after) {
        return ClassesSection.of(reports.get(0).plan().task(), side(before), side(after));
    }

    private ClassesSection.Side side(int run) {
        var candidate = EnginesTable.candidate(reports.get(run));
        return new ClassesSection.Side(letter(run) + " " + candidate.label(), candidate.accuracy());
    }
}
