package io.pitlane.training.loss;

import io.pitlane.data.batch.Batch;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;

/** What finite differences of a loss of the weights need. */
final class MovedWeights {
    private MovedWeights() {}

    /** One image of zeros, on which such a loss does not depend. */
    static Batch batch() {
        return new Batch(new FloatTensor(new float[16], 1, 4, 4, 1), new int[] {0}, 1);
    }

    /** The graph with one element of a weight moved. */
    static FlatGraph moved(FlatGraph graph, String name, FloatTensor weight, int index, double by) {
        var values = weight.values().clone();
        values[index] += (float) by;
        return graph.edit().put(new FloatTensor(values, weight.shape()).toConst(name)).build();
    }
}
