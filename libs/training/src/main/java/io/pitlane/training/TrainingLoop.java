package io.pitlane.training;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.training.Training;
import io.pitlane.data.batch.Batches;
import io.pitlane.training.checkpoint.BestEpoch;
import io.pitlane.training.checkpoint.SavedStates;
import io.pitlane.training.checkpoint.TrainingPosition;
import io.pitlane.training.checkpoint.TrainingState;
import io.pitlane.training.optimizer.RateSchedule;
import java.util.Map;

/**
 * Epochs over the training images, keeping the weights of the epoch with the lowest validation
 * loss. A set too small for validation keeps the weights of the last epoch.
 *
 * <p>When the loss or a gradient stops being a number, training goes back to the last good state
 * (the start of the epoch, or where it was resumed) with half the rate, and gives up after a few
 * times.
 */
final class TrainingLoop {
    private static final int MOST_HALVINGS = 3;

    private final TrainingGraph graph;
    private final Batches training;
    private final Batches validation;
    private final Training options;
    private final long seed;
    private final SavedStates saved;
    private final ProgressReport report;
    private final RateSchedule rate;
    private TrainingPosition at = TrainingPosition.START;
    private BestEpoch best;
    private TrainingState good;
    private String broken;

    /** A training that has not begun. */
    TrainingLoop(
            TrainingGraph graph,
            Batches training,
            Batches validation,
            Training options,
            long seed,
            SavedStates saved,
            TrainingListener listener) {
        this.graph = graph;
        this.training = training;
        this.validation = validation;
        this.options = options;
        this.seed = seed;
        this.saved = saved;
        this.rate =
                new RateSchedule(
                        options.schedule(),
                        options.learningRate(),
                        training.count(),
                        (long) options.epochs() * training.count());
        this.report = new ProgressReport(listener, options.epochs(), rate.steps());
    }

    /**
     * Trains.
     *
     * @return the state at the end, with the best epoch
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when training diverges
     *     whatever the rate
     */
    TrainingState run() {
        graph.notes().forEach(report::note);
        var before = saved.load(report::note);
        if (before.filter(TrainingState::isOver).isPresent()) {
            return before.get();
        }
        before.ifPresentOrElse(this::resume, this::start);
        while (at.epoch() <= options.epochs() && !isOutOfPatience()) {
            if (pass() && isCheckedAndKept()) {
                good = state();
            } else {
                goBack();
            }
        }
        if (at.epoch() <= options.epochs()) {
            report.stopped(at, best);
        }
        var over = new TrainingState(at, best, Map.of());
        saved.save(over, report::note);
        return over;
    }

    private void start() {
        best = BestEpoch.before(validationLoss(), validation.count() > 0, graph.constants());
        good = state();
    }

    private void resume(TrainingState state) {
        at = state.position();
        best = state.best();
        good = state;
        graph.restore(state.variables());
        report.resumed(at);
    }

    private TrainingState state() {
        return new TrainingState(at, best, graph.variables());
    }

    private boolean isOutOfPatience() {
        return options.patience() != null
                && validation.count() > 0
                && best.epochsSince() >= options.patience();
    }

    /** Whether the pass came to its end with numbers only. */
    private boolean pass() {
        try (var batches = training.shuffled(seed * 31 + at.epoch(), at.batch())) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var step =
                        graph.step(
                                batch,
                                rate.at(at.step()) * at.rateFactor(),
                                at.step(),
                                rate.remaining(at.step()));
                if (!step.isFinite()) {
                    broken = step.describe();
                    return false;
                }
                at = at.after(step.loss(), batch.size());
                report.nowAndThen(at);
                saved.saveWhenDue(this::state, report::note);
            }
        }
        return true;
    }

    private boolean isCheckedAndKept() {
        double checked = validationLoss();
        if (validation.count() > 0 && !Double.isFinite(checked)) {
            broken = "the validation loss is " + checked;
            return false;
        }
        best = best.or(at.epoch(), checked, graph::constants);
        report.epoch(at, checked);
        at = at.nextEpoch();
        return true;
    }

    /** NaN without validation images. */
    private double validationLoss() {
        double sum = 0;
        long images = 0;
        try (var batches = validation.inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                sum += (double) graph.loss(batch) * batch.size();
                images += batch.size();
            }
        }
        return sum / images;
    }

    private void goBack() {
        if (at.halvings() == MOST_HALVINGS) {
            throw invalidInput(
                    "Training diverged in epoch %d: %s.".formatted(at.epoch(), broken),
                    "Lower the learning rate, which is %s; training tried down to %s."
                            .formatted(
                                    options.learningRate(),
                                    options.learningRate() * at.rateFactor()));
        }
        int halvings = at.halvings();
        at = good.position();
        while (at.halvings() <= halvings) {
            at = at.slower();
        }
        best = good.best();
        graph.restore(good.variables());
        report.diverged(broken, at, options.learningRate() * at.rateFactor());
    }
}
