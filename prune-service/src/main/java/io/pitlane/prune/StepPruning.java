package io.pitlane.prune;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
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

    /**
     * A pruning of one model.
     *
     * @param before the current model of the run
     */
    StepPruning(FlatGraph before, PruningContext context) {
        this.before = before;
        this.context = context;
    }

    /** The pruned and fine-tuned model, with notes on both. */
    PrunedModel prune(PruneStep step) {
        var limit = QualityLimit.of(step);
        if (limit.isPresent()) {
            return search(step, limit.get());
        }
        double cut = PruningRounds.progress(step);
        var part = context.part(0, cut);
        var pruned = PruningMethod.of(step).prune(before, step, part);
        part.progress().at(1, pruned.notes().get(0));
        var reduction = Reduction.between(before, pruned.graph(), context.images().shape());
        return fineTuned(
                pruned.with(reduction), step, FINE_TUNING, context.part(cut, 1).progress());
    }

    private PrunedModel search(PruneStep step, QualityLimit limit) {
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
                            context.progress())
                    .search(step);
        }
    }

    @Override
    public PrunedModel pruned(FlatGraph start, PruneStep step) {
        var quiet = context.with(ProgressListener.NONE);
        return start == before
                ? PruningMethod.of(step).prune(start, step, quiet)
                : PruningMethod.of(step).prune(start, step, quiet.with(Checkpoints.NONE));
    }

    @Override
    public PrunedModel fineTuned(
            PrunedModel pruned, PruneStep step, String name, ProgressListener progress) {
        if (step.fineTune().epochs() == 0) {
            return pruned.with(List.of("not fine-tuned: fineTune.epochs is 0"));
        }
        var trained =
                new RecoveryTraining(step, context.with(progress))
                        .train(pruned, step.fineTune(), name);
        var notes = new ArrayList<String>();
        trained.microBatchNote().ifPresent(notes::add);
        return pruned.with(trained.graph()).with(notes);
    }
}
