package io.pitlane.quantize;

import io.pitlane.model.graph.FlatGraph;
import java.util.List;

/**
 * A graph in int8.
 *
 * @param graph with the signature of the float one
 * @param notes what is in int8 now, and which layers stayed float and why
 */
record Int8Model(FlatGraph graph, List<String> notes) {
    Int8Model {
        notes = List.copyOf(notes);
    }
}
