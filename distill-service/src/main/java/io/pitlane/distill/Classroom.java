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
 * What all trainings of a step have in common.
 *
 * @param options how students are trained
 * @param images the training images
 * @param input how they become the models' input
 * @param seed decides everything random
 * @param checkpoints where unfinished trainings are kept
 */
record Classroom(
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
