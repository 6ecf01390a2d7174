package io.pitlane.report;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.report.Comparison;
import io.pitlane.contract.report.DeliveredFigures;
import io.pitlane.contract.report.EngineFigures;
import io.pitlane.contract.report.ModelFigures;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Latency;
import io.pitlane.contract.report.Report.Speedup;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a report holds of one model on one engine.
 *
 * @param report the report
 * @param model one of its models
 * @param engine the engine
 * @param threads threads that computed one call
 */
record EngineResult(Report report, ModelFigures model, Engine engine, int threads) {

    /** Whether the model was timed there. */
    boolean isTimed() {
        return latencies().findAny().isPresent();
    }

    /** The time of a call with {@code batch} images. */
    Optional<Latency> latency(int batch) {
        return latencies().filter(l -> l.batch() == batch).findFirst();
    }

    private Stream<Latency> latencies() {
        return model.latency().stream().filter(l -> l.engine() == engine && l.threads() == threads);
    }

    /** The model's figures with the accuracy and fidelity of what this engine ran. */
    Optional<ModelFigures> scored() {
        return engine == Engine.TENSORFLOW
                ? Optional.of(model)
                : delivered()
                        .filter(d -> d.unmeasured() == null)
                        .map(
                                d ->
                                        model.toBuilder()
                                                .accuracy(d.accuracy())
                                                .fidelity(d.fidelity())
                                                .build());
    }

    /** Size of what this engine ran. */
    Optional<Long> sizeBytes() {
        return engine == Engine.TENSORFLOW
                ? Optional.of(model.sizeBytes())
                : delivered().map(DeliveredFigures::sizeBytes);
    }

    private Optional<DeliveredFigures> delivered() {
        return model.delivered().stream().filter(d -> d.format().runsOn(engine)).findFirst();
    }

    /** The speedup with {@code batch} images against the original on TensorFlow. */
    Optional<Speedup> againstTensorFlow(int batch) {
        return speedups(batch).filter(Speedup::isAgainstTensorFlow).findFirst();
    }

    /** The speedup with {@code batch} images against the original on the same engine. */
    Optional<Speedup> sameEngine(int batch) {
        return speedups(batch).filter(s -> s.baseline() == engine).findFirst();
    }

    private Stream<Speedup> speedups(int batch) {
        return speedups().stream()
                .filter(s -> s.engine() == engine && s.threads() == threads && s.batch() == batch);
    }

    private List<Speedup> speedups() {
        return model.equals(report.models().get(0))
                ? report.engines().stream()
                        .filter(e -> e.engine() == engine)
                        .map(EngineFigures::original)
                        .flatMap(List::stream)
                        .toList()
                : report.comparison().stream()
                        .filter(c -> c.label().equals(model.label()))
                        .map(Comparison::speedup)
                        .flatMap(List::stream)
                        .toList();
    }
}
