package io.pitlane.gateway.board;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Report;
import io.pitlane.report.RunsComparison;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the comparison of runs shows.
 *
 * @param runs the runs, each with its letter
 * @param obstacles why they are not compared, a sentence each; empty if they are
 * @param engines the engines to choose from
 * @param batches the batch sizes to choose from
 * @param comparison the table and the plots as HTML; null where there are obstacles
 */
public record CompareView(
        List<Compared> runs,
        List<String> obstacles,
        List<Choice> engines,
        List<Choice> batches,
        String comparison) {

    /**
     * A run that is compared.
     *
     * @param letter stands for it in the table and in the plots
     * @param run the run
     */
    public record Compared(String letter, RunSummary run) {}

    /**
     * An option of a list.
     *
     * @param value its value in the address
     * @param text what it says
     * @param chosen whether it is what is shown
     */
    public record Choice(String value, String text, boolean chosen) {}

    /**
     * A comparison.
     *
     * @param reports the report of each run, in the same order; empty where there is none
     * @param engine the engine that the address names; null for the first
     * @param batch the batch size that the address names; null for the first
     */
    static CompareView of(
            List<RunSummary> runs, List<Optional<Report>> reports, Engine engine, Integer batch) {
        var compared =
                IntStream.range(0, runs.size())
                        .mapToObj(i -> new Compared(RunsComparison.letter(i), runs.get(i)))
                        .toList();
        var without =
                IntStream.range(0, runs.size())
                        .filter(i -> reports.get(i).isEmpty())
                        .mapToObj(i -> withoutReport(compared.get(i)))
                        .toList();
        if (!without.isEmpty()) {
            return refused(compared, without);
        }
        var known = reports.stream().flatMap(Optional::stream).toList();
        var differences = RunsComparison.differences(known);
        return differences.isEmpty()
                ? comparison(compared, known, engine, batch)
                : refused(compared, differences);
    }

    private static CompareView refused(List<Compared> runs, List<String> obstacles) {
        return new CompareView(runs, obstacles, List.of(), List.of(), null);
    }

    private static String withoutReport(Compared compared) {
        return "Run %s has no report: it %s."
                .formatted(
                        compared.letter(),
                        compared.run().running()
                                ? "is still running"
                                : compared.run().reported()
                                        ? "has expired"
                                        : "ended as " + compared.run().status());
    }

    private static CompareView comparison(
            List<Compared> runs, List<Report> reports, Engine engine, Integer batch) {
        var engines = RunsComparison.engines(reports);
        var batches = RunsComparison.batches(reports);
        var shownEngine =
                engine != null && engines.contains(engine)
                        ? engine
                        : engines.stream().findFirst().orElse(Engine.TENSORFLOW);
        int shownBatch =
                batch != null && batches.contains(batch)
                        ? batch
                        : batches.stream().findFirst().orElse(1);
        return new CompareView(
                runs,
                List.of(),
                engines.stream()
                        .map(e -> new Choice(e.label(), e.title(), e == shownEngine))
                        .toList(),
                batches.stream().map(b -> choice(b, b == shownBatch)).toList(),
                new RunsComparison(reports, shownEngine, shownBatch).render());
    }

    private static Choice choice(int batch, boolean chosen) {
        return new Choice(String.valueOf(batch), String.valueOf(batch), chosen);
    }
}
