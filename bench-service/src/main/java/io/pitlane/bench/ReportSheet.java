package io.pitlane.bench;

import io.pitlane.contract.Report;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;

/** Writes what was found about every model down as the run's report. */
final class ReportSheet {
    private final StageTask task;
    private final TestData data;
    private final Report.Environment environment;

    ReportSheet(StageTask task, TestData data, Report.Environment environment) {
        this.task = task;
        this.data = data;
        this.environment = environment;
    }

    /**
     * The report.
     *
     * @param subjects the original first, the candidate last
     */
    Report of(List<Subject> subjects) {
        var figures =
                subjects.stream().map(subject -> subject.figures(environment.threads())).toList();
        var candidate = figures.get(figures.size() - 1);
        return new Report(
                task.runId(),
                task.plan(),
                new Judge(task.plan().task(), task.plan().constraints())
                        .judge(
                                figures.get(0).accuracy(),
                                candidate.accuracy(),
                                candidate.fidelity()),
                environment,
                data.figures(),
                figures,
                comparison(subjects, figures),
                task.lineage());
    }

    private static List<Report.Comparison> comparison(
            List<Subject> subjects, List<Report.ModelFigures> figures) {
        var original = new Comparisons(figures.get(0), subjects.get(0).timings());
        return subjects.stream()
                .skip(1)
                .map(
                        subject ->
                                original.compare(
                                        figures.get(subjects.indexOf(subject)), subject.timings()))
                .toList();
    }
}
