package io.pitlane.distill;

import io.pitlane.graph.FlatGraph;
import io.pitlane.training.weights.WeightInitializer;
import java.util.List;

/**
 * The model that is trained.
 *
 * @param graph the model before training
 * @param isFresh whether every training starts from new weights, not from those in the graph
 * @param notes how it was created; at least one
 */
record Student(FlatGraph graph, boolean isFresh, List<String> notes) {
    Student {
        notes = List.copyOf(notes);
    }

    /** The weights that a training starts from. */
    FlatGraph start(long seed) {
        return isFresh ? WeightInitializer.initialize(graph, seed) : graph;
    }
}
