package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.pipeline.stage.StageTask;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that was measured of one model of the run.
 *
 * @param model its folder, and the step that made it
 * @param size bytes and footprint
 * @param accuracy results on the test set
 * @param timings latencies, one entry an engine, number of threads and batch size
 * @param delivered the candidate's formats; empty for other models
 * @param engineAgreement how often the candidate's formats choose the same class; empty for other
 *     models
 * @param notes how to read the figures
 */
record ModelMeasurement(
        StageTask.LocalModel model,
        ModelSize size,
        AccuracyEvaluation.Result accuracy,
        List<EngineTimings> timings,
        List<DeliveredMeasurement> delivered,
        List<EngineAgreement> engineAgreement,
        List<String> notes) {
    /** Ten of so many calls are slower than the 99th percentile. */
    private static final int SAMPLES_FOR_P99 = 1_000;

    /** Ten of so many calls are slower than the 99.9th percentile. */
    static final int SAMPLES_FOR_P999 = 10_000;

    /** The model's part of the report. */
    ModelFigures figures() {
        var footprint = size.footprint();
        return ModelFigures.builder()
                .label(model.label())
                .digest(model.digest())
                .format(footprint.format())
                .sizeBytes(size.sizeBytes())
                .packedBytes(size.packedBytes())
                .parameters(footprint.parameters())
                .nonZeroParameters(footprint.nonZeroParameters())
                .macs(footprint.macs())
                .accuracy(accuracy.accuracy())
                .fidelity(accuracy.fidelity())
                .latency(timings.stream().map(ModelMeasurement::latency).toList())
                .engineAgreement(engineAgreement)
                .peakMemoryBytes(accuracy.peakMemoryBytes())
                .notes(Stream.concat(model.notes().stream(), notes.stream()).toList())
                .build();
    }

    private static Report.Latency latency(EngineTimings measured) {
        var timings = measured.timings();
        var millis = timings.millis();
        return new Report.Latency(
                measured.engine(),
                ModelFormat.of(measured.engine()),
                timings.batch(),
                measured.threads(),
                timings.samples(),
                millis.median(),
                millis.at(90),
                millis.at(95),
                millis.ifEnough(99, SAMPLES_FOR_P99),
                millis.ifEnough(99.9, SAMPLES_FOR_P999),
                timings.imagesPerSecond());
    }
}
