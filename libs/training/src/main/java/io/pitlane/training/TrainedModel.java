package io.pitlane.training;

import io.pitlane.graph.FlatGraph;

/**
 * What a training came to.
 *
 * @param graph the model with the weights of the best epoch
 * @param epochs epochs that were run
 * @param bestEpoch the epoch whose weights these are, from 1; 0 for those before training
 * @param validationLoss their mean loss on the images set aside; NaN where none were
 * @param steps updates made
 * @param halvings how often the rate was halved because the loss stopped being a number
 */
public record TrainedModel(
        FlatGraph graph,
        int epochs,
        int bestEpoch,
        double validationLoss,
        long steps,
        int halvings) {}
