package io.pitlane.prune;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.plan.Plan;
import io.pitlane.graph.FlatGraph;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.nio.file.Path;

/**
 * What a pruning works with beside the model.
 *
 * @param plan of the run
 * @param original the model that came in, the teacher
 * @param images the training images
 * @param checkpoints where an earlier attempt at the same step left what it measured and trained
 * @param folder for files that the step needs while it works
 * @param progress share of the step, 0..1
 */
record PruningContext(
        Plan plan,
        FlatGraph original,
        TrainingImages images,
        Checkpoints checkpoints,
        Path folder,
        ProgressListener progress) {

    /** The same, with the progress of a part of the step. */
    PruningContext part(double from, double to) {
        return with(progress.part(from, to));
    }

    /** The same with another progress. */
    PruningContext with(ProgressListener other) {
        return new PruningContext(plan, original, images, checkpoints, folder, other);
    }

    /** The same with other checkpoints. */
    PruningContext with(Checkpoints other) {
        return new PruningContext(plan, original, images, other, folder, progress);
    }
}
