package io.pitlane.model.check;

import io.pitlane.model.graph.FlatGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says what each technique can do with a model, and what it will leave alone and why. */
final class TechniqueRemarks {
    private TechniqueRemarks() {}

    /**
     * The remarks by technique.
     *
     * @param graph the model
     * @param folded the same with batch norm folded, as quantization sees it
     */
    static Map<String, List<String>> of(FlatGraph graph, FlatGraph folded) {
        var remarks = new LinkedHashMap<String, List<String>>();
        remarks.put("prune", PruneRemarks.of(graph));
        remarks.put("distill", DistillRemarks.of(graph));
        remarks.put("nas", NasRemarks.of(graph));
        remarks.put("quantize", QuantizeRemarks.of(folded));
        return remarks;
    }
}
