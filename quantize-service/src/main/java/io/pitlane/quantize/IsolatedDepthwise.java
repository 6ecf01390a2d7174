package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.fusion.FusedLayerFinder;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves depthwise convolutions float that have no int8 layer before or behind them. Their int8
 * kernel is about as fast as the float one; what it gains are the conversions between float and
 * int8 beside it, which would be added there.
 */
final class IsolatedDepthwise {
    private final FlatGraph graph;

    IsolatedDepthwise(FlatGraph graph) {
        this.graph = graph;
    }

    /** The layers without isolated depthwise convolutions, which are reported. */
    FusedLayerFinder.Result leaveFloat(FusedLayerFinder.Result layers) {
        var kept = new ArrayList<>(layers.found());
        var leftFloat = new ArrayList<>(layers.leftFloat());
        for (var found = isolated(kept); !found.isEmpty(); found = isolated(kept)) {
            kept.removeAll(found);
            found.stream()
                    .map(FusedLayer::name)
                    .map(name -> name + ": no layer beside it is in int8, so it would be slower")
                    .forEach(leftFloat::add);
        }
        return new FusedLayerFinder.Result(kept, leftFloat);
    }

    private List<FusedLayer> isolated(List<FusedLayer> layers) {
        var plan = new QuantizationPlan(graph, layers);
        return layers.stream()
                .filter(FusedLayer::depthwise)
                .filter(layer -> !plan.isRead(layer.output()))
                .filter(layer -> !plan.isOnGrid(layer.input()))
                .toList();
    }
}
