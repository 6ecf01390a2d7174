package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.LayerFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.significance.PairedDifference;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.pipeline.stage.StageTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Builds the run's report from the measurements of its models. */
final class ReportBuilder {
    private final StageTask task;
    private final TestData data;
    private final Report.Environment environment;
    private final EngineAvailability engines;

    ReportBuilder(
            StageTask task,
            TestData data,
            Report.Environment environment,
            EngineAvailability engines) {
        this.task = task;
        this.data = data;
        this.environment = environment;
        this.engines = engines;
    }

    /**
     * The report.
     *
     * @param measurements the original's first, the candidate's last
     * @param layers of the candidate
     */
    Report build(List<ModelMeasurement> measurements, List<LayerFootprint> layers) {
        var original = measurements.get(0);
        var against = new ModelComparison(original.figures(), original.timings());
        var figures = measurements.stream().map(m -> figures(against, original, m)).toList();
        // The original too: without any step it is the candidate.
        var comparisons =
                IntStream.range(0, figures.size())
                        .mapToObj(i -> compare(against, measurements, figures, i))
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
                                        intervals(
                                                comparisons.get(candidate),
                                                measurements.get(candidate).accuracy(),
                                                original),
                                        deliveredIntervals(
                                                figures.get(candidate),
                                                measurements.get(candidate),
                                                original)))
                .environment(environment)
                .data(data.figures())
                .models(figures)
                .comparison(comparisons.subList(1, comparisons.size()))
                .engines(engines(against, original))
                .lineage(task.lineage())
                .layers(figures(original, layers))
                .build();
    }

    private static List<LayerFigures> figures(
            ModelMeasurement original, List<LayerFootprint> layers) {
        var before =
                original.size().footprint().layers().stream()
                        .collect(Collectors.toMap(LayerFootprint::name, LayerFootprint::macs));
        return layers.stream()
                .filter(layer -> layer.macs() > 0)
                .map(
                        layer ->
                                new LayerFigures(
                                        layer.name(),
                                        layer.op(),
                                        layer.parameters(),
                                        layer.nonZeroParameters(),
                                        layer.bits(),
                                        layer.macs(),
                                        before.get(layer.name())))
                .toList();
    }

    private ModelFigures figures(
            ModelComparison against, ModelMeasurement original, ModelMeasurement measured) {
        return measured.figures().toBuilder()
                .delivered(
                        measured.delivered().stream()
                                .map(
                                        delivered ->
                                                against.compare(
                                                        delivered,
                                                        delivered
                                                                .accuracy()
                                                                .flatMap(
                                                                        a ->
                                                                                difference(
                                                                                        a,
                                                                                        original))))
                                .toList())
                .build();
    }

    private Comparison compare(
            ModelComparison against,
            List<ModelMeasurement> measurements,
            List<ModelFigures> figures,
            int index) {
        return against.compare(
                figures.get(index),
                measurements.get(index).timings(),
                difference(measurements.get(index).accuracy(), measurements.get(0)));
    }

    private Optional<PairedDifference> difference(
            AccuracyEvaluation.Result accuracy, ModelMeasurement original) {
        return accuracy.differenceFrom(original.accuracy(), task.plan().seed());
    }

    private AccuracyIntervals intervals(
            Comparison comparison, AccuracyEvaluation.Result accuracy, ModelMeasurement original) {
        return new AccuracyIntervals(
                comparison,
                difference(accuracy, original),
                accuracy.agreementInterval(task.plan().seed()));
    }

    /** Of the formats other than TensorFlow's, whose figures are the candidate's own. */
    private List<ConstraintCheck.Delivered> deliveredIntervals(
            ModelFigures candidate, ModelMeasurement measured, ModelMeasurement original) {
        var checked = new ArrayList<ConstraintCheck.Delivered>();
        for (int i = 0; i < measured.delivered().size(); i++) {
            var figures = candidate.delivered().get(i);
            var accuracy = measured.delivered().get(i).accuracy();
            if (figures.format() != DeliveryFormat.TENSORFLOW && accuracy.isPresent()) {
                var comparison = Comparison.builder().interval(figures.interval()).build();
                checked.add(
                        new ConstraintCheck.Delivered(
                                figures, intervals(comparison, accuracy.get(), original)));
            }
        }
        return checked;
    }

    private List<EngineFigures> engines(ModelComparison against, ModelMeasurement original) {
        return Stream.of(Engine.values())
                .filter(engine -> engines.has(engine) || engines.missing().containsKey(engine))
                .map(
                        engine ->
                                new EngineFigures(
                                        engine,
                                        engines.versions().get(engine),
                                        engines.missing().get(engine),
                                        engine == Engine.TENSORFLOW
                                                ? List.of()
                                                : exported(against, original, engine)))
                .toList();
    }

    private static List<Report.Speedup> exported(
            ModelComparison against, ModelMeasurement original, Engine engine) {
        var timings = original.timings().stream().filter(t -> t.engine() == engine).toList();
        return against.speedups(timings).stream()
                .filter(Report.Speedup::isAgainstTensorFlow)
                .toList();
    }
}
