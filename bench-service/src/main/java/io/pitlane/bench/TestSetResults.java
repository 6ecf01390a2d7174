package io.pitlane.bench;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.report.EngineAgreement;
import io.pitlane.pipeline.stage.StageOutcome.Deliverable;
import io.pitlane.pipeline.stage.StageTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * The results of a run's models on the test set.
 *
 * @param models of every model on TensorFlow, in the order of the task
 * @param delivered of the candidate in each format, on the engine of the format
 * @param engineAgreement how often the formats of the candidate choose the same class
 */
record TestSetResults(
        List<AccuracyEvaluation.Result> models,
        List<DeliveredMeasurement> delivered,
        List<EngineAgreement> engineAgreement) {

    /**
     * Evaluates every model.
     *
     * @param evaluation is closed
     */
    static TestSetResults of(
            StageTask task,
            List<Deliverable> deliverables,
            ExportedModels exports,
            AccuracyEvaluation evaluation,
            ThrottledProgress progress) {
        try (evaluation) {
            evaluation.warmUp(task.original());
            int parts = task.models().size() + deliverables.size();
            var models = new ArrayList<AccuracyEvaluation.Result>();
            for (var model : task.models()) {
                var reached = reached(progress.share(models.size(), parts), model.label());
                models.add(
                        models.isEmpty()
                                ? evaluation.original(model, reached)
                                : evaluation.compressed(model, reached));
            }
            var candidate = models.get(models.size() - 1);
            var delivered = new ArrayList<DeliveredMeasurement>();
            for (var deliverable : deliverables) {
                var part = progress.share(models.size() + delivered.size(), parts);
                var result =
                        deliverable.format() == DeliveryFormat.TENSORFLOW
                                ? Optional.of(candidate)
                                : exports.candidate(deliverable.format())
                                        .map(m -> evaluation.exported(m, reached(part, m.title())));
                delivered.add(
                        new DeliveredMeasurement(
                                deliverable.format(),
                                ModelSizeProbe.bytes(deliverable.path()),
                                result,
                                exports.unmeasured(deliverable.format())));
            }
            return new TestSetResults(models, delivered, evaluation.engineAgreement());
        }
    }

    private static DoubleConsumer reached(ThrottledProgress part, String model) {
        return done -> part.at(done, "measuring the accuracy of " + model);
    }
}
