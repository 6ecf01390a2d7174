package io.pitlane.training;

import io.pitlane.graph.FlatGraph;
import java.util.Optional;

/**
 * The result of a training.
 *
 * @param graph the model with the weights of the best epoch
 * @param epochs number of epochs run
 * @param bestEpoch the epoch that these weights are from, counted from 1; 0 for the weights before
 *     training
 * @param validationLoss mean loss of these weights on the validation split; NaN without one
 * @param learningRate the rate after the warm-up, before any halving; NaN without training
 * @param steps number of optimizer steps
 * @param halvings how often the learning rate was halved after a divergence
 * @param batch number of images per step
 * @param microBatch largest number of images computed at once: {@code batch}, or fewer where that
 *     does not fit in memory
 */
public record TrainedModel(
        FlatGraph graph,
        int epochs,
        int bestEpoch,
        double validationLoss,
        double learningRate,
        long steps,
        int halvings,
        int batch,
        int microBatch) {

    /** A note on the micro-batches; empty if whole batches were computed. */
    public Optional<String> microBatchNote() {
        return microBatch == batch
                ? Optional.empty()
                : Optional.of(TrainingMemory.microBatchNote(batch, microBatch));
    }
}
