package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random scores, 0..1, which depend on a seed and the channel alone: what any other saliency must
 * beat.
 */
public final class RandomSaliency implements Saliency {
    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    private final long seed;

    /** Scores of a seed. */
    public RandomSaliency(long seed) {
        this.seed = seed;
    }

    @Override
    public Map<Integer, Double> of(ChannelGroup group) {
        var scores = new HashMap<Integer, Double>();
        for (int channel : group.removable()) {
            scores.put(channel, new SplittableRandom(seed + channel * STRIDE).nextDouble());
        }
        return scores;
    }
}
