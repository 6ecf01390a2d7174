package io.pitlane.bench;

import io.pitlane.graph.footprint.Footprint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The size of one model.
 *
 * @param savedModel the folder that was measured; for the original, that of its flat graph
 * @param footprint parameters, multiply-accumulates and number format
 * @param sizeBytes all files of the SavedModel
 * @param constantBytes the values of all constants of its flat graph: weights, ranges, shapes
 * @param packedBytes the whole packed file of the model
 * @param batch what became of the fixed batch size of the original; empty when there was none, and
 *     for other models
 */
record ModelSize(
        Path savedModel,
        Footprint footprint,
        long sizeBytes,
        long constantBytes,
        long packedBytes,
        Optional<String> batch) {}
