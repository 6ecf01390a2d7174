package io.pitlane.graph.channels;

import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.ChannelScores.Reduction;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The saliency of channels that several layers have: the scores of each layer are divided by their
 * {@link Normalization}, so that a layer of large scores does not dominate, then reduced to one for
 * each channel.
 */
public final class GroupSaliency implements Saliency {
    private final DependencyGraph dependencies;
    private final Function<ChannelGroup, List<LayerScores>> layers;
    private final Normalization normalization;
    private final Reduction reduction;
    private final Optional<Saliency> otherwise;
    private final String note;
    private final List<String> withoutScores = new ArrayList<>();

    /**
     * A saliency by the layers of a group.
     *
     * @param layers the scores of each layer
     * @param normalization what those of a layer are divided by
     * @param reduction over the positions at which a channel is
     */
    public GroupSaliency(
            DependencyGraph dependencies,
            Function<ChannelGroup, List<LayerScores>> layers,
            Normalization normalization,
            Reduction reduction) {
        this(dependencies, layers, normalization, reduction, Optional.empty(), "");
    }

    private GroupSaliency(
            DependencyGraph dependencies,
            Function<ChannelGroup, List<LayerScores>> layers,
            Normalization normalization,
            Reduction reduction,
            Optional<Saliency> otherwise,
            String note) {
        this.dependencies = dependencies;
        this.layers = layers;
        this.normalization = normalization;
        this.reduction = reduction;
        this.otherwise = otherwise;
        this.note = note;
    }

    /**
     * The same, with another saliency for groups of which no layer has scores.
     *
     * @param note why they have none, after the names of their layers
     */
    public GroupSaliency orElse(Saliency other, String note) {
        return new GroupSaliency(
                dependencies, layers, normalization, reduction, Optional.of(other), note);
    }

    @Override
    public Map<Integer, Double> of(ChannelGroup group) {
        if (group.removable().length == 0) {
            return Map.of();
        }
        var scored = layers.apply(group);
        if (scored.isEmpty() && otherwise.isPresent()) {
            note(group);
            return otherwise.get().of(group);
        }
        var scores = new HashMap<Integer, Double>();
        var counts = new HashMap<Integer, Integer>();
        for (int channel : group.removable()) {
            scores.put(channel, 0.0);
        }
        for (var layer : scored) {
            add(layer, scores, counts);
        }
        if (reduction == Reduction.MEAN) {
            scores.replaceAll((channel, sum) -> sum / counts.getOrDefault(channel, 1));
        }
        return scores;
    }

    private void note(ChannelGroup group) {
        var line = String.join(", ", group.layers()) + ": " + note;
        if (!withoutScores.contains(line)) {
            withoutScores.add(line);
        }
    }

    @Override
    public List<String> notes() {
        return List.copyOf(withoutScores);
    }

    private void add(LayerScores layer, Map<Integer, Double> scores, Map<Integer, Integer> counts) {
        double divisor = divisor(layer.scores());
        for (int i = 0; i < layer.scores().length && divisor > 0; i++) {
            double share = layer.scores()[i] / divisor;
            int channel = dependencies.root(layer.channels()[i]);
            scores.computeIfPresent(channel, (c, score) -> reduced(score, share));
            counts.merge(channel, 1, Integer::sum);
        }
    }

    private double reduced(double score, double share) {
        return reduction == Reduction.MAX ? Math.max(score, share) : score + share;
    }

    private double divisor(double[] scores) {
        var all = Arrays.stream(scores);
        return switch (normalization) {
            case NONE -> 1;
            case MEAN -> all.average().orElse(0);
            case MAX -> all.max().orElse(0);
            case L2 -> Math.sqrt(all.map(score -> score * score).sum());
        };
    }
}
