package io.pitlane.bench;

import io.pitlane.model.graph.Footprint;
import java.nio.file.Path;

/**
 * What a model weighs.
 *
 * @param savedModel the folder that was weighed; the original's is its flat graph
 * @param footprint parameters, multiply-accumulates and number format
 * @param sizeBytes every file of the SavedModel
 * @param packedBytes the SavedModel packed as it travels
 */
record Weight(Path savedModel, Footprint footprint, long sizeBytes, long packedBytes) {}
