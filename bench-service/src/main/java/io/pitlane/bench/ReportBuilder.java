package io.pitlane.bench;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;

/** Builds the run's report from the measurements of its models. */
final class ReportBuilder {
    private final StageTask task;
    private final TestData data;
    private final Report.Environment environment;

    ReportBuilder(StageTask task, TestData data, Report.Environment environment) {
        this.task = task;
        this.data = data;
        this.environment = environment;
    }

    /**
     * The report.
     *
     * @param measurements the original's first, the candidate's last
     */
    Report build(List<ModelMeasurement> measurements) {
        var figures =
                measurements.stream()
                        .map(measurement -> measurement.figures(environment.threads()))
                        .toList();
        var candidate = figures.get(figures.size() - 1);
        return Report.builder()
                .run(task.runId())
                .plan(task.plan())
                .verdict(
                        new ConstraintCheck(task.plan().task(), task.plan().constraints())
                                .verdict(
                                        figures.get(0).accuracy(),
                                        candidate.accuracy(),
                                        candidate.fidelity()))
                .environment(environment)
                .data(data.figures())
                .models(figures)
                .comparison(comparison(measurements, figures))
                .lineage(task.lineage())
                .build();
    }

    private static List<Comparison> comparison(
            List<ModelMeasurement> measurements, List<ModelFigures> figures) {
        var original = new ModelComparison(figures.get(0), measurements.get(0).timings());
        return measurements.stream()
                .skip(1)
                .map(
                        measurement ->
                                original.compare(
                                        figures.get(measurements.indexOf(measurement)),
                                        measurement.timings()))
                .toList();
    }
}
