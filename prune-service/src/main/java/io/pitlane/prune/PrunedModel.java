package io.pitlane.prune;

import io.pitlane.contract.finding.Finding;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.MaskSchedule;
import java.util.List;
import java.util.Map;

/**
 * A pruned model.
 *
 * @param graph the model
 * @param masks by the name of a kernel's Const: 0 where a single weight must stay zero, else 1
 * @param notes what was removed first, then what was left alone and why
 * @param findings what was measured
 * @param schedule masks that change during fine-tuning
 */
record PrunedModel(
        FlatGraph graph,
        Map<String, FloatTensor> masks,
        List<String> notes,
        List<Finding> findings,
        MaskSchedule schedule) {

    /** A model whose masks do not change. */
    PrunedModel(
            FlatGraph graph,
            Map<String, FloatTensor> masks,
            List<String> notes,
            List<Finding> findings) {
        this(graph, masks, notes, findings, MaskSchedule.NONE);
    }
}
