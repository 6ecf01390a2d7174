package io.pitlane.prune;

import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import java.util.List;

/** Sets the weights of smallest magnitude to zero, before or during fine-tuning. */
final class MagnitudeMethod implements PruningMethod {

    @Override
    public PrunedModel prune(FlatGraph graph, PruneStep step, PruningContext context) {
        var pruned = new MagnitudePruning(step).prune(graph);
        return new PrunedModel(
                pruned.graph(), pruned.masks(), pruned.notes(), List.of(), pruned.schedule());
    }
}
