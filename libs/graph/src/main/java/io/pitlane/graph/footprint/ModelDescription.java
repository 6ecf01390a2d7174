package io.pitlane.graph.footprint;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * The inputs, outputs, operations and size of a model.
 *
 * @param signature inputs and outputs
 * @param ops how many nodes of each operation the flat graph has, constants left out
 * @param footprint parameters and multiply-accumulate operations, in all and by layer
 */
public record ModelDescription(
        GraphSignature signature, SortedMap<String, Long> ops, Footprint footprint) {

    /** Describes a model. */
    public static ModelDescription of(FlatGraph graph) {
        return new ModelDescription(graph.signature(), ops(graph), Footprint.of(graph));
    }

    private static SortedMap<String, Long> ops(FlatGraph graph) {
        return graph.nodes().stream()
                .map(NodeDef::getOp)
                .filter(op -> !op.equals("Const") && !op.equals("Placeholder"))
                .collect(Collectors.groupingBy(op -> op, TreeMap::new, Collectors.counting()));
    }
}
