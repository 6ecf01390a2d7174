package io.pitlane.model.check;

import io.pitlane.model.graph.BatchNormFolding;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.Footprint;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.savedmodel.SavedModelReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * What a model is made of, and what each technique can do with it.
 *
 * @param signature what goes in and what comes out
 * @param ops how many nodes of each operation the flat graph has, constants left out
 * @param footprint parameters and multiply-accumulate operations, in all and by layer
 * @param remarks what to know, by technique: {@code prune}, {@code distill}, {@code nas}, {@code
 *     quantize}
 */
public record ModelDescription(
        GraphSignature signature,
        SortedMap<String, Long> ops,
        Footprint footprint,
        Map<String, List<String>> remarks) {

    /**
     * Describes a SavedModel.
     *
     * @throws io.pitlane.contract.FailureException of kind INVALID_INPUT when it cannot be read
     */
    public static ModelDescription of(Path savedModel) {
        var graph = SavedModelReader.read(savedModel);
        return new ModelDescription(
                graph.signature(),
                ops(graph),
                Footprint.of(graph),
                TechniqueRemarks.of(graph, new BatchNormFolding().apply(graph)));
    }

    private static SortedMap<String, Long> ops(FlatGraph graph) {
        return graph.nodes().stream()
                .map(NodeDef::getOp)
                .filter(op -> !op.equals("Const") && !op.equals("Placeholder"))
                .collect(Collectors.groupingBy(op -> op, TreeMap::new, Collectors.counting()));
    }
}
