package io.pitlane.gateway.board;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Report;
import io.pitlane.report.ComparedFigure;
import io.pitlane.report.RunsComparison;
import jakarta.ws.rs.core.UriBuilder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;

/** What the address of a comparison chooses; what it does not name, or names wrongly, is null. */
public class ComparisonChoice {
    @RestQuery String engine;
    @RestQuery Integer batch;
    @RestQuery String x;
    @RestQuery String y;
    @RestQuery String before;
    @RestQuery String after;

    /**
     * An option of a list.
     *
     * @param value its value in the address
     * @param text what it says
     * @param chosen whether it is what is shown
     */
    public record Option(String value, String text, boolean chosen) {}

    /** The engine that is chosen among those that every report has. */
    Engine engine(List<Report> reports) {
        var engines = RunsComparison.engines(reports);
        return engines.stream()
                .filter(known -> known.label().equals(engine))
                .findFirst()
                .orElse(engines.stream().findFirst().orElse(Engine.TENSORFLOW));
    }

    List<Option> engines(List<Report> reports) {
        var chosen = engine(reports);
        return RunsComparison.engines(reports).stream()
                .map(known -> new Option(known.label(), known.title(), known == chosen))
                .toList();
    }

    /** The batch size that is chosen among those that every report has. */
    int batch(List<Report> reports) {
        var batches = RunsComparison.batches(reports);
        return batch != null && batches.contains(batch)
                ? batch
                : batches.stream().findFirst().orElse(1);
    }

    List<Option> batches(List<Report> reports) {
        int chosen = batch(reports);
        return RunsComparison.batches(reports).stream()
                .map(size -> new Option(String.valueOf(size), String.valueOf(size), size == chosen))
                .toList();
    }

    ComparedFigure x() {
        return ComparedFigure.of(x, ComparedFigure.SIZE);
    }

    ComparedFigure y() {
        return ComparedFigure.of(y, ComparedFigure.QUALITY);
    }

    static List<Option> figures(ComparedFigure chosen) {
        return Stream.of(ComparedFigure.values())
                .map(figure -> new Option(figure.label(), figure.title(), figure == chosen))
                .toList();
    }

    /** The run whose classes are compared: the first. */
    int before(int runs) {
        return run(before, runs, 0);
    }

    /** The run that it is compared with: the last. */
    int after(int runs) {
        return run(after, runs, runs - 1);
    }

    private static int run(String letter, int runs, int otherwise) {
        return IntStream.range(0, runs)
                .filter(run -> RunsComparison.letter(run).equals(letter))
                .findFirst()
                .orElse(otherwise);
    }

    static List<Option> letters(int runs, int chosen) {
        return IntStream.range(0, runs)
                .mapToObj(run -> new Option(letter(run), letter(run), run == chosen))
                .toList();
    }

    private static String letter(int run) {
        return RunsComparison.letter(run);
    }

    /** The address of the table of these runs as CSV. */
    String csvAddress(List<String> runs, List<Report> reports) {
        return UriBuilder.fromPath("/compare/models.csv")
                .queryParam("run", runs.toArray())
                .queryParam("engine", engine(reports).label())
                .queryParam("batch", batch(reports))
                .build()
                .toString();
    }
}
