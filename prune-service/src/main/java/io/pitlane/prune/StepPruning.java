package io.pitlane.prune;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.contract.finding.WeightSparsity;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.SparsityInvariant;
import java.util.ArrayList;
import java.util.List;

/**
 * Prunes a model as a step says and fine-tunes what is left: once, or as often as the {@link
 * CutSearch} needs for the largest cut that keeps a limit.
 */
final class StepPruning implements CutSearch.Recovery {
    private static final String FINE_TUNING = "fine-tuning";

    private final FlatGraph before;
    private final PruningContext context;

    /** What is cut: the model before, or the same after a training. */
    private FlatGraph start;

    /**
     * A pruning of one model.
     *
     * @param before the current model of the run
     */
    StepPruning(FlatGraph before, PruningContext context) {
        this.before = before;
        this.context = context;
        this.start = before;
    }

    /** The pruned and fine-tuned model, with notes on both. */
    PrunedModel prune(PruneStep step) {
        var limit = QualityLimit.of(step);
        if (limit.isPresent()) {
            return search(step, limit.get());
        }
        double sparse = sparsityShare(step);
        double cut = sparse + (1 - sparse) * PruningRounds.progress(step);
        trainSparsely(step, context.part(0, sparse));
        var part = context.part(sparse, cut);
        var pruned = PruningMethod.of(step).prune(start, step, part);
        part.progress().at(1, pruned.notes().get(0));
        var length = FineTuningLength.of(step, pruned);
        var noted = length.note().map(note -> pruned.with(List.of(note))).orElse(pruned);
        return fineTuned(noted, length.of(step), FINE_TUNING, context.part(cut, 1).progress());
    }

    /** Share of the work that the training before the cut is, by its epochs. */
    private static double sparsityShare(PruneStep step) {
        double epochs = step.groupSparsity() == null ? 0 : step.groupSparsity().epochs();
        return epochs / (epochs + step.fineTune().epochs() + 1);
    }

    private void trainSparsely(PruneStep step, PruningContext part) {
        if (step.groupSparsity() != null) {
            var training = new GroupSparseTraining(before);
            if (training.hasChannels()) {
                start = training.train(step.groupSparsity(), step, part);
            }
        }
    }

    private static String sparsityNote(PruneStep step) {
        return "trained before the cut, with the norms of the channels: %d epochs, strength %s"
                .formatted(step.groupSparsity().epochs(), step.groupSparsity().strength());
    }

    private PrunedModel search(PruneStep step, QualityLimit limit) {
        double sparse = sparsityShare(step) / 2;
        trainSparsely(step, context.part(0, sparse));
        var images = context.images().validation(step.fineTune());
        try (var validation =
                ModelComparison.with(before, context.plan(), images, context.folder())) {
            return new CutSearch(
                            limit,
                            before,
                            this,
                            validation,
                            new SearchCheckpoint(context.checkpoints(), before),
                            context.images().shape(),
                            context.part(sparse, 1).progress())
                    .search(step);
        }
    }

    @Override
    public PrunedModel pruned(FlatGraph model, PruneStep step) {
        var quiet = context.with(ProgressListener.NONE);
        return model == before
                ? PruningMethod.of(step).prune(start, step, quiet)
                : PruningMethod.of(step).prune(model, step, quiet.with(Checkpoints.NONE));
    }

    @Override
    public PrunedModel fineTuned(
            PrunedModel cut, PruneStep step, String name, ProgressListener progress) {
        var pruned = start == before ? cut : cut.with(List.of(sparsityNote(step)));
        var notes = new ArrayList<String>();
        var tuned = pruned.graph();
        if (step.fineTune().epochs() == 0) {
            notes.add("not fine-tuned: fineTune.epochs is 0");
        } else {
            var trained =
                    new RecoveryTraining(step, context.with(progress))
                            .train(pruned, step.fineTune(), name);
            notes.add(describe(trained, step.fineTune().epochs()));
            trained.microBatchNote().ifPresent(notes::add);
            tuned = trained.graph();
        }
        checkSparsity(pruned, tuned);
        return described(pruned, step, tuned).with(notes);
    }

    private static String describe(TrainedModel trained, int epochs) {
        var kept =
                trained.bestEpoch() == 0
                        ? "none was better than the start, which is kept"
                        : "epoch %d is kept".formatted(trained.bestEpoch());
        return "fine-tuned for %d of %d epochs at learning rate %s: %s"
                .formatted(trained.epochs(), epochs, trained.learningRate(), kept);
    }

    private void checkSparsity(PrunedModel pruned, FlatGraph tuned) {
        SparsityInvariant.checked(tuned, before);
        if (pruned.schedule() == MaskSchedule.NONE) {
            SparsityInvariant.checked(tuned, pruned.graph());
        }
    }

    /** The trained model with notes on its size and sparsity. */
    private PrunedModel described(PrunedModel pruned, PruneStep step, FlatGraph tuned) {
        var notes = new ArrayList<>(pruned.notes());
        var sparsity = Sparsity.of(tuned, pruned.masks().keySet());
        if (!MagnitudeSchedule.isPrunedBefore(step)) {
            notes.add(0, sparsity.describe());
        }
        notes.add(1, Reduction.between(before, tuned, context.images().shape()).describe());
        var made = pruned.with(tuned).withNotes(notes);
        return step.method() == PruneStep.Method.MAGNITUDE
                ? made.with(new WeightSparsity(step.pattern(), sparsity.layers()))
                : made;
    }
}
