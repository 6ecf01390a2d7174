package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.weights.SparsityMasks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
                .withMasks(masks(pruned))
                .withMaskSchedule(pruned.schedule())
                .withTerms(more)
                .withoutStart()
                .withCheckpoints(context.checkpoints(), name)
                .run(context.images().all(), context.images().input(), context.progress()::at);
    }

    /** Keeps the zeros of earlier steps too. */
    private static Map<String, FloatTensor> masks(PrunedModel pruned) {
        var masks = new HashMap<>(SparsityMasks.of(pruned.graph()));
        masks.putAll(pruned.masks());
        return masks;
    }
}
