package io.pitlane.bench;

import io.pitlane.model.graph.FloatTensor;
import java.util.function.Consumer;

/**
 * One of the models that are timed against each other.
 *
 * @param label its name in the report
 * @param predict one whole call: the batch goes in, the outputs are read back
 */
record Contender(String label, Consumer<FloatTensor> predict) {}
