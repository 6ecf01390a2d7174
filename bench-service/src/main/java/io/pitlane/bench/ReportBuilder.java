package io.pitlane.bench;

import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.significance.PairedDifference;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
        // The original too: without any step it is the candidate.
        var comparisons =
                IntStream.range(0, figures.size())
                        .mapToObj(i -> compare(measurements, figures, i))
                        .toList();
        int candidate = figures.size() - 1;
        return Report.builder()
                .run(task.runId())
                .plan(task.plan())
                .verdict(
                        new ConstraintCheck(task.plan().task(), task.plan().constraints())
                                .verdict(
                                        figures.get(0),
                                        figures.get(candidate),
                                        new AccuracyIntervals(
                                                comparisons.get(candidate),
                                                difference(measurements, candidate),
                                                measurements
                                                        .get(candidate)
                                                        .accuracy()
                                                        .agreementInterval(task.plan().seed()))))
                .environment(environment)
                .data(data.figures())
                .models(figures)
                .comparison(comparisons.subList(1, comparisons.size()))
                .lineage(task.lineage())
                .build();
    }

    private Comparison compare(
            List<ModelMeasurement> measurements, List<ModelFigures> figures, int index) {
        return new ModelComparison(figures.get(0), measurements.get(0).timings())
                .compare(
                        figures.get(index),
                        measurements.get(index).timings(),
                        difference(measurements, index));
    }

    private Optional<PairedDifference> difference(List<ModelMeasurement> measurements, int index) {
        return measurements
                .get(index)
                .accuracy()
                .differenceFrom(measurements.get(0).accuracy(), task.plan().seed());
    }
}
