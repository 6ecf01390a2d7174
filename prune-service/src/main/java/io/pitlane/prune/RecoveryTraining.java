package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.loss.LossTerm;
import java.util.List;

/** Fine-tunes a pruned model with the labels, and with the original as its teacher. */
final class RecoveryTraining {
    private final PruneStep step;
    private final PruningContext context;

    RecoveryTraining(PruneStep step, PruningContext context) {
        this.step = step;
        this.context = context;
    }

    /**
     * Trains.
     *
     * @param training its options, instead of those of the step
     * @param name of its checkpoint: a finished training of this name is not repeated
     */
    TrainedModel train(PrunedModel pruned, Training training, String name) {
        return train(pruned, training, name, List.of());
    }

    /**
     * The same with a larger loss.
     *
     * @param more terms of the loss, beside those of the step
     */
    TrainedModel train(PrunedModel pruned, Training training, String name, List<LossTerm> more) {
        var plan = context.plan();
        return new FineTuning(
                        pruned.graph(),
                        context.original(),
                        plan.task(),
                        training,
                        step.loss(),
                        plan.seed())
                .withScoredOutput(plan.output())
                .withMasks(pruned.masks())
                .withTerms(more)
                .withCheckpoints(context.checkpoints(), name)
                .run(context.images().all(), context.images().input(), context.progress()::at);
    }
}
