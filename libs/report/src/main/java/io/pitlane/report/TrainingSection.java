package io.pitlane.report;

import io.pitlane.contract.finding.TrainingLosses;
import io.pitlane.contract.report.Report;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The loss curves of each step that trained. */
final class TrainingSection {
    private TrainingSection() {}

    static String render(Report report) {
        return IntStream.range(0, report.lineage().size())
                .mapToObj(i -> section(report.plan().label(i), losses(report, i)))
                .collect(Collectors.joining());
    }

    private static List<TrainingLosses> losses(Report report, int step) {
        return report.lineage().get(step).findings().stream()
                .filter(TrainingLosses.class::isInstance)
                .map(TrainingLosses.class::cast)
                .toList();
    }

    private static String section(String step, List<TrainingLosses> losses) {
        return losses.stream()
                .map(
                        trainings ->
                                "<section>\n<h2>Training of "
                                        + Html.escape(step)
                                        + "</h2>\n"
                                        + LossCurves.ofCurves(trainings.curves())
                                        + "</section>\n")
                .collect(Collectors.joining());
    }
}
