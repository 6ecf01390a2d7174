package io.pitlane.distill.student;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.train.FreshWeights;
import java.util.List;

/**
 * Who learns.
 *
 * @param graph the model before training
 * @param isFresh whether every training starts from new weights, not from those in the graph
 * @param notes how it was made; at least one
 */
public record Student(FlatGraph graph, boolean isFresh, List<String> notes) {
    public Student {
        notes = List.copyOf(notes);
    }

    /** The weights that a training starts from. */
    public FlatGraph start(long seed) {
        return isFresh ? FreshWeights.in(graph, seed) : graph;
    }
}
