package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/**
 * The share of a channel's score in the sum of its own and of all larger scores of its group (Lee
 * et al. 2021, "Layer-adaptive Sparsity for the Magnitude-based Pruning", equation 2, there for
 * single weights; for channels by their squared norms). The order within a group is that of the
 * scores; it differs where groups are compared: the largest channel of each has the score 1.
 */
final class LampSaliency implements Saliency {
    private final Saliency squaredNorms;

    LampSaliency(Saliency squaredNorms) {
        this.squaredNorms = squaredNorms;
    }

    @Override
    public Map<Integer, Double> of(ChannelGroup group) {
        var ascending =
                squaredNorms.of(group).entrySet().stream()
                        .sorted(Entry.comparingByValue())
                        .toList();
        var scores = new HashMap<Integer, Double>();
        double sum = 0;
        for (int i = ascending.size() - 1; i >= 0; i--) {
            double norm = ascending.get(i).getValue();
            sum += norm;
            scores.put(ascending.get(i).getKey(), sum > 0 ? norm / sum : 0);
        }
        return scores;
    }

    @Override
    public List<String> notes() {
        return squaredNorms.notes();
    }
}
