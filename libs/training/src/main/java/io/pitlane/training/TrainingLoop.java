package io.pitlane.training;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.training.Training;
import io.pitlane.data.batch.Batches;
import io.pitlane.training.TrainingGraph.StepResult;
import io.pitlane.training.checkpoint.BestEpoch;
import io.pitlane.training.checkpoint.TrainingCheckpoint;
import io.pitlane.training.checkpoint.TrainingPosition;
import io.pitlane.training.checkpoint.TrainingState;
import io.pitlane.training.optimizer.LearningRateSchedule;
import io.pitlane.training.weights.MaskSchedule;
import java.util.Map;

/**
 * The loop over epochs. Keeps the weights of the epoch with the lowest validation loss; those of
 * the last epoch without a validation split, or where the model has learnt its images before
 * ({@link Trainer#withoutStart}). Epochs before the final sparsity do not count.
 *
 * <p>Divergence: when the loss or a gradient is not finite, training rolls back to the last good
 * state (the start of the epoch, or where it was resumed) and halves the learning rate; after three
 * halvings it fails. It fails at once when the model diverges before its first step, at which no
 * learning rate is to blame.
 */
final class TrainingLoop {
    private static final int MAX_HALVINGS = 3;

    private final TrainingGraph graph;
    private final Batches training;
    private final Batches validation;
    private final Training options;
    private final long seed;
    private final boolean keepsStart;
    private final TrainingCheckpoint checkpoint;
    private final ProgressReport report;
    private final LearningRateSchedule schedule;
    private final MaskUpdates masks;
    private TrainingPosition position = TrainingPosition.START;
    private BestEpoch best;
    private TrainingState lastGoodState;
    private String divergence;

    /** Creates the loop; {@link #run} trains. */
    TrainingLoop(
            TrainingGraph graph,
            Batches training,
            Batches validation,
            Training options,
            long seed,
            MaskSchedule masks,
            boolean keepsStart,
            TrainingCheckpoint checkpoint,
            TrainingListener listener) {
        this.graph = graph;
        this.training = training;
        this.validation = validation;
        this.options = options;
        this.seed = seed;
        this.keepsStart = keepsStart;
        this.checkpoint = checkpoint;
        this.schedule =
                new LearningRateSchedule(
                        options.schedule(),
                        options.learningRate(),
                        training.count(),
                        (long) options.epochs() * training.count());
        this.masks = new MaskUpdates(graph, masks, schedule.steps());
        this.report = new ProgressReport(listener, options.epochs(), schedule.steps());
    }

    /**
     * Trains.
     *
     * @return the state at the end, with the best epoch
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when training diverges at
     *     every rate tried
     */
    TrainingState run() {
        graph.notes().forEach(report::note);
        var saved = checkpoint.load(report::note);
        if (saved.filter(TrainingState::isOver).isPresent()) {
            return saved.get();
        }
        saved.ifPresentOrElse(this::resume, this::start);
        while (position.epoch() <= options.epochs() && !isOutOfPatience()) {
            if (runEpoch() && validateEpoch()) {
                lastGoodState = state();
            } else {
                rollBack();
            }
        }
        if (position.epoch() <= options.epochs()) {
            report.stopped(position, best);
        }
        var end = new TrainingState(position, best, Map.of());
        checkpoint.save(end, report::note);
        return end;
    }

    private void start() {
        best =
                masks.isFinalAfter(0)
                        ? BestEpoch.initial(
                                validationLoss(), validation.count() > 0, graph.constants())
                        : BestEpoch.none(graph.constants());
        lastGoodState = state();
    }

    private void resume(TrainingState state) {
        position = state.position();
        best = state.best();
        lastGoodState = state;
        graph.restore(state.variables());
        report.resumed(position);
    }

    private TrainingState state() {
        return new TrainingState(position, best, graph.variables());
    }

    private boolean isOutOfPatience() {
        return options.patience() != null
                && validation.count() > 0
                && best.epochsSince() >= options.patience();
    }

    /** Whether the epoch ended without divergence. */
    private boolean runEpoch() {
        try (var batches = training.shuffled(seed * 31 + position.epoch(), position.batch())) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var step = step(new MicroBatches(batch, batches));
                if (!step.isFinite()) {
                    divergence = step.describe();
                    return false;
                }
                position = position.afterStep(step.loss(), batch.whole().size());
                report.step(position);
                checkpoint.saveWhenDue(this::state, report::note);
            }
        }
        return true;
    }

    private StepResult step(MicroBatches microBatches) {
        long number = position.step();
        double remaining = schedule.remaining(number);
        return masks.before(number, microBatches, remaining)
                .orElseGet(
                        () ->
                                graph.step(
                                        microBatches,
                                        schedule.at(number) * position.rateFactor(),
                                        number,
                                        remaining));
    }

    /** Whether the validation loss is finite; the epoch is then recorded. */
    private boolean validateEpoch() {
        double loss = validationLoss();
        if (validation.count() > 0 && !Double.isFinite(loss)) {
            divergence = "the validation loss is " + loss;
            return false;
        }
        if (masks.isFinalAfter(position.step())) {
            best = bestAfter(loss);
        }
        report.epoch(position, loss);
        position = position.nextEpoch();
        return true;
    }

    /**
     * The best epoch after one more.
     *
     * @param loss of the validation split after it
     */
    private BestEpoch bestAfter(double loss) {
        boolean helps = best.epoch() > 0 || position.loss() < best.loss();
        if (!keepsStart && helps && (options.patience() == null || best.epoch() == 0)) {
            best = BestEpoch.none(best.constants());
        }
        return best.updatedWith(position.epoch(), loss, graph::constants);
    }

    /** Mean loss on the validation split; NaN without one. */
    private double validationLoss() {
        double sum = 0;
        long images = 0;
        try (var batches = validation.inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                sum += (double) graph.loss(batch) * batch.whole().size();
                images += batch.size();
            }
        }
        return sum / images;
    }

    private void rollBack() {
        if (position.step() == 0 && position.halvings() == 0) {
            throw invalidInput(
                    "Training cannot start: %s before the first step.".formatted(divergence),
                    "Check that input in the plan matches the training of the model, and that its"
                            + " weights are finite.");
        }
        if (position.halvings() == MAX_HALVINGS) {
            throw invalidInput(
                    "Training diverged in epoch %d: %s.".formatted(position.epoch(), divergence),
                    "Lower the learning rate, which is %s; training tried down to %s."
                            .formatted(
                                    options.learningRate(),
                                    options.learningRate() * position.rateFactor()));
        }
        int halvings = position.halvings();
        position = lastGoodState.position();
        while (position.halvings() <= halvings) {
            position = position.withHalvedRate();
        }
        best = lastGoodState.best();
        graph.restore(lastGoodState.variables());
        report.diverged(divergence, position, options.learningRate() * position.rateFactor());
    }
}
