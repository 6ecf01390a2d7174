package io.pitlane.training;

import io.pitlane.contract.training.Training;
import io.pitlane.data.batch.Batches;
import io.pitlane.training.checkpoint.TrainingCheckpoint;
import java.util.List;
import java.util.Locale;

/**
 * Chooses the learning rate of a training by what a few steps show. Each candidate trains from the
 * same start on the same batches, at a constant rate; the one with the least mean loss over the
 * last of these batches is taken. The model and the optimizer are then as before.
 *
 * <p>The choice is saved beside the checkpoint, so that a resumed training goes on with it.
 */
final class RateProbe {
    private static final int STEPS = 80;

    /** Of the steps, one in so many counts: the last ones. */
    private static final int COUNTED = 4;

    private final TrainingGraph graph;
    private final Batches training;
    private final long seed;
    private final TrainingCheckpoint checkpoint;
    private final TrainingListener listener;

    /**
     * A probe.
     *
     * @param training the batches of the training
     * @param seed of their order
     * @param listener is told the loss at each rate
     */
    RateProbe(
            TrainingGraph graph,
            Batches training,
            long seed,
            TrainingCheckpoint checkpoint,
            TrainingListener listener) {
        this.graph = graph;
        this.training = training;
        this.seed = seed;
        this.checkpoint = checkpoint;
        this.listener = listener;
    }

    /** The options with one rate: the best of the candidates, if there are any. */
    Training resolved(Training options) {
        if (options.learningRates() == null) {
            return options;
        }
        double rate = checkpoint.rate().orElseGet(() -> best(options.learningRates()));
        return options.withLearningRate(rate);
    }

    private double best(List<Double> rates) {
        var start = graph.variables();
        double best = rates.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (double rate : rates) {
            double loss = loss(rate);
            graph.restore(start);
            listener.onProgress(
                    0, String.format(Locale.ROOT, "learning rate %s: loss %.4f", rate, loss), null);
            if (loss < least) {
                least = loss;
                best = rate;
            }
        }
        checkpoint.saveRate(best);
        return best;
    }

    /** The mean loss of the last steps at a rate; infinite where one is not finite. */
    private double loss(double rate) {
        int steps = Math.min(STEPS, training.count());
        int counted = Math.max(1, steps / COUNTED);
        double sum = 0;
        try (var batches = training.shuffled(seed)) {
            for (int step = 0; step < steps; step++) {
                var first = batches.next();
                var result = graph.step(new MicroBatches(first, batches), rate, step, 1);
                if (!result.isFinite()) {
                    return Double.POSITIVE_INFINITY;
                }
                sum += step < steps - counted ? 0 : result.loss();
            }
        }
        return sum / counted;
    }
}
