package io.pitlane.distill;

import io.pitlane.contract.step.DistillStep;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.TrainedModel;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.weights.SparsityMasks;
import java.util.List;
import java.util.Map;

/**
 * The settings and data that all trainings of a step share.
 *
 * @param options options of the step
 * @param images the training images
 * @param input preprocessing for the models' input
 * @param seed seed of everything random
 * @param checkpoints storage for unfinished trainings
 */
record TrainingSetup(
        DistillStep options,
        ImageSet images,
        Preprocessor input,
        long seed,
        Checkpoints checkpoints) {

    /** Trains a model; weights that are zero stay zero. */
    TrainedModel train(
            FlatGraph start, List<LossTerm> losses, String name, TrainingListener listener) {
        Map<String, FloatTensor> masks = SparsityMasks.of(start);
        return new Trainer(start, losses, options.training(), seed)
                .withMasks(masks)
                .withCheckpoints(checkpoints, name)
                .run(images, input, listener);
    }
}
