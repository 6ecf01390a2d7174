package io.pitlane.prune;

import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.ChannelSensitivity.Point;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.allocation.ChannelLimits;
import io.pitlane.graph.channels.allocation.RankedGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.pipeline.stage.ProgressListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures how much the outputs of a model change when one group loses some of its channels, the
 * least salient first: one forward pass over the samples for each group and ratio.
 */
final class SensitivityAnalysis {
    private final MaskedModel model;
    private final List<Double> ratios;

    /**
     * An analysis.
     *
     * @param ratios shares of a group's channels, ascending
     */
    SensitivityAnalysis(MaskedModel model, List<Double> ratios) {
        this.model = model;
        this.ratios = ratios;
    }

    /** Measures every group that can lose channels. */
    ChannelSensitivity measure(Saliency saliency, ProgressListener progress) {
        var groups = ranked(saliency);
        var measured = new ArrayList<ChannelSensitivity.Group>();
        for (var group : groups) {
            progress.at((double) measured.size() / groups.size(), "sensitivity: " + group.name());
            measured.add(measure(group));
        }
        var comparison = model.comparison();
        return new ChannelSensitivity(
                comparison.images(),
                comparison.before().map(Accuracy.Headline::name).orElse(null),
                comparison.before().map(Accuracy.Headline::value).orElse(null),
                measured);
    }

    private List<RankedGroup> ranked(Saliency saliency) {
        var selection = new ChannelSelection(model.graph(), model.dependencies());
        return ChannelLimits.NONE.rank(model.dependencies().groups(), saliency, selection).stream()
                .filter(group -> group.most() > 0)
                .toList();
    }

    private ChannelSensitivity.Group measure(RankedGroup group) {
        int channels = group.group().removable().length;
        var points =
                ratios.stream()
                        .map(ratio -> (int) Math.round(channels * ratio))
                        .map(removed -> Math.min(group.most(), removed))
                        .filter(removed -> removed > 0)
                        .distinct()
                        .map(removed -> point(group, removed))
                        .toList();
        return new ChannelSensitivity.Group(group.group().layers(), channels, 0, points);
    }

    private Point point(RankedGroup group, int removed) {
        var channels = group.first(removed).boxed().collect(Collectors.toSet());
        return new Point(
                group.ratio(removed),
                removed,
                model.without(group.name() + " " + removed, channels));
    }

    /** What was measured, with what a step then removed. */
    static ChannelSensitivity with(ChannelSensitivity measured, FlatGraph pruned) {
        var left = new HashMap<String, Integer>();
        for (var group : DependencyGraph.of(VectorUnsharing.apply(pruned)).groups()) {
            left.put(group.layers().get(0), group.removable().length);
        }
        return new ChannelSensitivity(
                measured.samples(),
                measured.metric(),
                measured.before(),
                measured.groups().stream()
                        .map(
                                group ->
                                        group.withLeft(
                                                left.getOrDefault(
                                                        group.layers().get(0), group.channels())))
                        .toList());
    }
}
