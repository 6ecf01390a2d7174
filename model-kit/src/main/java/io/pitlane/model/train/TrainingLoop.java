package io.pitlane.model.train;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.model.data.Batches;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FloatTensor;
import java.util.Locale;
import java.util.Map;

/**
 * Passes over the training images, keeping the weights of the pass that did best on the images set
 * aside. A set too small for that keeps the weights of the last pass.
 */
final class TrainingLoop {
    private static final long REPORT_EVERY_NANOS = 1_000_000_000;

    private final TrainingGraph graph;
    private final Batches training;
    private final Batches validation;
    private final Schedule schedule;
    private final TrainingListener listener;
    private final CosineDecay rate;
    private long step;
    private long reportedAt = System.nanoTime();

    /**
     * How long and how fast.
     *
     * @param epochs passes
     * @param learningRate rate at the start
     * @param batchSize images a step
     * @param seed decides the order of the images
     */
    record Schedule(int epochs, double learningRate, int batchSize, long seed) {}

    TrainingLoop(
            TrainingGraph graph,
            ImageSet images,
            Preprocessor input,
            Schedule schedule,
            TrainingListener listener) {
        var holdout = Holdout.of(images, schedule.seed());
        this.graph = graph;
        this.training = new Batches(images, holdout.training(), input, schedule.batchSize());
        this.validation = new Batches(images, holdout.validation(), input, schedule.batchSize());
        this.schedule = schedule;
        this.listener = listener;
        this.rate =
                new CosineDecay(
                        schedule.learningRate(), (long) schedule.epochs() * training.count());
    }

    /**
     * Trains.
     *
     * @return the best weights, by name
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the loss stops being a number
     */
    Map<String, FloatTensor> run() {
        double best = validationLoss();
        var kept = graph.weights();
        for (int epoch = 1; epoch <= schedule.epochs(); epoch++) {
            double loss = pass(epoch);
            double checked = validation.count() == 0 ? 0 : validationLoss();
            if (checked <= best) {
                best = checked;
                kept = graph.weights();
            }
            report(epoch, loss, checked);
        }
        return kept;
    }

    private double pass(int epoch) {
        double sum = 0;
        long images = 0;
        try (var batches = training.shuffled(schedule.seed() * 31 + epoch)) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                float loss = graph.step(batch, rate.at(step++));
                requireFinite(loss, epoch);
                sum += (double) loss * batch.size();
                images += batch.size();
                reportNowAndThen(epoch, sum / images);
            }
        }
        return sum / images;
    }

    private double validationLoss() {
        double sum = 0;
        long images = 0;
        try (var batches = validation.inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                sum += (double) graph.loss(batch) * batch.size();
                images += batch.size();
            }
        }
        return images == 0 ? 0 : sum / images;
    }

    private void requireFinite(float loss, int epoch) {
        if (!Float.isFinite(loss)) {
            throw invalidInput(
                    "Training diverged in epoch %d: the loss is %s.".formatted(epoch, loss),
                    "Lower fineTune.learningRate, which is " + schedule.learningRate() + ".");
        }
    }

    private void reportNowAndThen(int epoch, double loss) {
        if (System.nanoTime() - reportedAt >= REPORT_EVERY_NANOS) {
            tell("epoch %d/%d, loss %.4f".formatted(epoch, schedule.epochs(), loss));
        }
    }

    private void report(int epoch, double loss, double checked) {
        var message =
                String.format(
                        Locale.ROOT, "epoch %d/%d, loss %.4f", epoch, schedule.epochs(), loss);
        tell(
                validation.count() == 0
                        ? message
                        : message + String.format(Locale.ROOT, ", validation loss %.4f", checked));
    }

    private void tell(String message) {
        reportedAt = System.nanoTime();
        listener.at((double) step / rate.steps(), message);
    }
}
