package io.pitlane.gateway.board;

import io.pitlane.contract.report.Report;
import io.pitlane.gateway.board.ComparisonChoice.Option;
import io.pitlane.report.RunsComparison;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the comparison of runs shows.
 *
 * @param runs the runs, each with its letter
 * @param obstacles why they are not compared, a sentence each; empty if they are
 * @param comparison the comparison; null where there are obstacles
 */
public record CompareView(List<Compared> runs, List<String> obstacles, Comparison comparison) {

    /**
     * A comparison.
     *
     * @param engines the engines to choose from
     * @param batches the batch sizes to choose from
     * @param horizontal the figures to choose for the horizontal axis of the first plot
     * @param vertical those for its vertical axis
     * @param before the runs to choose whose classes are compared
     * @param after those to choose that they are compared with
     * @param csv address of the table as CSV
     * @param models the table and the plots as HTML
     * @param classes the classes of two candidates as HTML; empty where they have none
     * @param options the options that differ as HTML
     */
    public record Comparison(
            List<Option> engines,
            List<Option> batches,
            List<Option> horizontal,
            List<Option> vertical,
            List<Option> before,
            List<Option> after,
            String csv,
            String models,
            String classes,
            String options) {}

    /**
     * A run that is compared.
     *
     * @param letter stands for it in the table and in the plots
     * @param run the run
     */
    public record Compared(String letter, RunSummary run) {}

    /**
     * A comparison.
     *
     * @param reports the report of each run, in the same order; empty where there is none
     */
    static CompareView of(
            List<RunSummary> runs, List<Optional<Report>> reports, ComparisonChoice choice) {
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
                ? new CompareView(compared, List.of(), comparison(compared, known, choice))
                : refused(compared, differences);
    }

    private static CompareView refused(List<Compared> runs, List<String> obstacles) {
        return new CompareView(runs, obstacles, null);
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

    private static Comparison comparison(
            List<Compared> runs, List<Report> reports, ComparisonChoice choice) {
        int before = choice.before(runs.size());
        int after = choice.after(runs.size());
        var comparison = new RunsComparison(reports, choice.engine(reports), choice.batch(reports));
        return new Comparison(
                choice.engines(reports),
                choice.batches(reports),
                ComparisonChoice.figures(choice.x()),
                ComparisonChoice.figures(choice.y()),
                ComparisonChoice.letters(runs.size(), before),
                ComparisonChoice.letters(runs.size(), after),
                choice.csvAddress(runs.stream().map(c -> c.run().id()).toList(), reports),
                comparison.render(choice.x(), choice.y()),
                comparison.classes(before, after),
                comparison.options());
    }
}
