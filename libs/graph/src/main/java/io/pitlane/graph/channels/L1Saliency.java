package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The sum over a group's layers of each channel's {@link FilterNorms filter norms}. Every layer's
 * norms are divided by their mean first, so that a layer of large filters does not dominate.
 */
public final class L1Saliency implements Saliency {
    private final FilterNorms norms;
    private final DependencyGraph dependencies;

    /** The saliency of a graph's channels. */
    public L1Saliency(FlatGraph graph, DependencyGraph dependencies) {
        this.norms = new FilterNorms(graph);
        this.dependencies = dependencies;
    }

    @Override
    public Map<Integer, Double> of(ChannelGroup group) {
        var scores = new HashMap<Integer, Double>();
        for (int channel : group.removable()) {
            scores.put(channel, 0.0);
        }
        for (var filter : group.filters()) {
            addNorms(filter, scores);
        }
        return scores;
    }

    private void addNorms(WeightSlice filter, Map<Integer, Double> scores) {
        var ofFilter = norms.of(filter);
        double mean = Arrays.stream(ofFilter).average().orElse(0);
        for (int i = 0; i < ofFilter.length && mean > 0; i++) {
            double share = ofFilter[i] / mean;
            int channel = dependencies.root(filter.channels().ids()[i]);
            scores.computeIfPresent(channel, (c, score) -> score + share);
        }
    }
}
