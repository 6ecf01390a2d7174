package io.pitlane.prune;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.finding.PruningSearch;
import io.pitlane.contract.finding.PruningSearch.Try;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelRestoration;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.weights.MaskSchedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Searches the largest cut that keeps a limit on validation images, by bisection over the share of
 * the cut that a step asks for.
 *
 * <ol>
 *   <li>The whole cut is tried first: where it keeps the limit, it is kept.
 *   <li>Else the middle between the largest cut that held and the smallest that did not, {@value
 *       #MOST_TRIES} tries in all.
 *   <li>A try prunes the model before, and the model of the largest cut that held with its former
 *       channels at zero; the better of the two is fine-tuned and measured.
 * </ol>
 *
 * <p>The largest cut that held is kept. Where none held, the model stays as it was. A search that
 * is resumed goes on where it was.
 */
final class CutSearch {
    private static final int MOST_TRIES = 7;

    private final QualityLimit limit;
    private final FlatGraph before;
    private final Recovery recovery;
    private final ModelComparison validation;
    private final SearchCheckpoint checkpoint;
    private final Map<String, long[]> shape;
    private final ProgressListener progress;
    private final List<Try> tries;
    private Optional<PrunedModel> held;

    /** How a try is made. */
    interface Recovery {

        /**
         * Prunes without training.
         *
         * @param start the model before, or one of the same nodes and shapes with some zeros
         */
        PrunedModel pruned(FlatGraph start, PruneStep step);

        /**
         * Trains what is left.
         *
         * @param name of the training among those that share the checkpoints
         */
        PrunedModel fineTuned(
                PrunedModel pruned, PruneStep step, String name, ProgressListener progress);
    }

    /** A cut before its training. */
    private record Start(PrunedModel model, Reduction reduction, boolean isWarm) {}

    /**
     * A search.
     *
     * @param before the model that is cut
     * @param validation compares models with it
     * @param checkpoint of an earlier attempt at the same search
     * @param shape dimensions by the names of inputs that take any size
     */
    CutSearch(
            QualityLimit limit,
            FlatGraph before,
            Recovery recovery,
            ModelComparison validation,
            SearchCheckpoint checkpoint,
            Map<String, long[]> shape,
            ProgressListener progress) {
        this.limit = limit;
        this.before = before;
        this.recovery = recovery;
        this.validation = validation;
        this.checkpoint = checkpoint;
        this.shape = shape;
        this.progress = progress;
        this.tries = new ArrayList<>(checkpoint.tries());
        this.held = checkpoint.held();
    }

    /**
     * Searches.
     *
     * @param step the largest cut; its own limit does not count
     * @return with the search in its notes and findings
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where the limit cannot be
     *     measured
     */
    PrunedModel search(PruneStep step) {
        measured(unchanged());
        long parameters = Footprint.of(before, shape).parameters();
        double low = 0;
        double high = 1;
        double amount = 1;
        for (int i = 0; i < MOST_TRIES && low < high; i++) {
            if (holds(i, amount, CutAmount.of(step, amount, parameters))) {
                low = amount;
            } else {
                high = amount;
            }
            amount = (low + high) / 2;
        }
        return result();
    }

    /** Whether a cut holds: known from an earlier attempt, or tried now. */
    private boolean holds(int number, double amount, PruneStep step) {
        var known = tries.stream().filter(each -> each.amount() == amount).findFirst();
        if (known.isPresent()) {
            return known.get().held();
        }
        var cold = cut(before, step, false);
        if (cold.model().schedule() != MaskSchedule.NONE) {
            return attempt(number, amount, step, cold).held();
        }
        if (cold.reduction().isNothing()) {
            return true;
        }
        var same = tries.stream().filter(each -> isSame(each, cold.reduction())).findFirst();
        return same.orElseGet(() -> attempt(number, amount, step, cold)).held();
    }

    private static boolean isSame(Try made, Reduction reduction) {
        return made.macs() == reduction.macs() && made.parameters() == reduction.parameters();
    }

    private Try attempt(int number, double amount, PruneStep step, Start cold) {
        var training = "cut-" + (number + 1);
        var start = better(cold, step);
        var model = recovery.fineTuned(start.model(), step, training, part(number));
        var reduction = Reduction.between(before, model.graph(), shape);
        var error = validation.of(model.graph());
        double value = measured(error);
        var made =
                new Try(
                        amount,
                        step,
                        reduction.macs(),
                        reduction.parameters(),
                        start.isWarm(),
                        error,
                        value,
                        limit.holds(value));
        tries.add(made);
        if (made.held()) {
            held = Optional.of(model);
        }
        checkpoint.save(tries, held, training);
        return made;
    }

    private ProgressListener part(int number) {
        var name = String.format(Locale.ROOT, "cut %d of %d at most", number + 1, MOST_TRIES);
        return progress.part((double) number / MOST_TRIES, (number + 1.0) / MOST_TRIES, name);
    }

    /** The cut of the model before, or of the largest cut that held, if that one is better. */
    private Start better(Start cold, PruneStep step) {
        return held.flatMap(
                        model ->
                                new ChannelRestoration(before)
                                        .restored(model.graph(), model.removed()))
                .map(restored -> cut(restored, step, true))
                .filter(warm -> isBetter(warm, cold))
                .orElse(cold);
    }

    private Start cut(FlatGraph start, PruneStep step, boolean isWarm) {
        var model = recovery.pruned(start, step);
        return new Start(model, Reduction.between(before, model.graph(), shape), isWarm);
    }

    private boolean isBetter(Start a, Start b) {
        return limit.compare(measured(a.model()), measured(b.model())) < 0;
    }

    private double measured(PrunedModel model) {
        return measured(validation.of(model.graph()));
    }

    private double measured(OutputError error) {
        return limit.measured(validation.before().map(Accuracy.Headline::value), error);
    }

    private PrunedModel result() {
        var best = tries.stream().filter(Try::held).max(Comparator.comparing(Try::amount));
        return held.orElseGet(this::unchanged)
                .with(List.of(note(best)))
                .with(
                        new PruningSearch(
                                limit.option(),
                                limit.value(),
                                validation.images(),
                                validation.before().map(Accuracy.Headline::value).orElse(null),
                                tries,
                                best.map(Try::amount).orElse(null)));
    }

    private PrunedModel unchanged() {
        var note = "nothing is removed: the model stays as it was";
        return new PrunedModel(before, Map.of(), List.of(note), List.of());
    }

    private String note(Optional<Try> best) {
        var limited = limit.option() + " " + limit.value();
        return best.map(
                        made ->
                                String.format(
                                        Locale.ROOT,
                                        "the largest of %d cuts that keeps %s on %d validation"
                                                + " images: %s, %.4g",
                                        tries.size(),
                                        limited,
                                        validation.images(),
                                        CutAmount.describe((PruneStep) made.step()),
                                        made.measured()))
                .orElse(
                        "none of %d cuts keeps %s on %d validation images"
                                .formatted(tries.size(), limited, validation.images()));
    }
}
