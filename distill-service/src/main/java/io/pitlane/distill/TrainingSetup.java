package io.pitlane.distill;

import io.pitlane.contract.DistillStep;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.train.Checkpoints;
import io.pitlane.model.train.LossTerm;
import io.pitlane.model.train.Trained;
import io.pitlane.model.train.Trainer;
import io.pitlane.model.train.TrainingListener;
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
    Trained train(FlatGraph start, List<LossTerm> losses, String name, TrainingListener listener) {
        Map<String, FloatTensor> masks = SparsityMasks.of(start);
        return new Trainer(start, losses, options.training(), seed)
                .withMasks(masks)
                .withCheckpoints(checkpoints, name)
                .run(images, input, listener);
    }
}
