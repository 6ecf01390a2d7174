package io.pitlane.prune;

import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.ChannelSensitivity.Point;
import io.pitlane.contract.pruning.PruningSensitivity;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.allocation.ChannelLimits;
import io.pitlane.graph.channels.allocation.RankedGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.runtime.GraphSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Measures how much the outputs of a model change when one group loses some of its channels, the
 * least salient first: one forward pass over the samples for each group and ratio, in one session
 * of a {@link MaskedGraph}. A checkpoint after each lets a resumed analysis go on where it was.
 */
final class SensitivityAnalysis {
    private static final String CHECKPOINT = "channel-sensitivity";

    private final PruningSensitivity options;
    private final PruningContext context;

    /**
     * An analysis.
     *
     * @param context gives the images, and the checkpoints where an earlier analysis of the same
     *     model may have left its figures
     */
    SensitivityAnalysis(PruningSensitivity options, PruningContext context) {
        this.options = options;
        this.context = context;
    }

    /** Measures every group that can lose channels. */
    ChannelSensitivity measure(FlatGraph shared, Saliency.Factory saliencies) {
        var graph = VectorUnsharing.apply(shared);
        var dependencies = DependencyGraph.of(graph);
        var groups = ranked(graph, dependencies, saliencies);
        var masked = new MaskedGraph(graph, dependencies);
        var plan = context.plan();
        var images = context.images().sample(options.samples());
        try (var session = GraphSession.open(masked.graph(), plan.input());
                var comparison =
                        new ModelComparison(
                                graph,
                                session.with(masked.without(Set.of())),
                                plan,
                                images,
                                context.folder())) {
            var points = new Points(masked, session, comparison);
            var measured = new ArrayList<ChannelSensitivity.Group>();
            for (var group : groups) {
                context.progress()
                        .at(
                                (double) measured.size() / groups.size(),
                                "sensitivity: " + group.name());
                measured.add(points.of(group));
            }
            return new ChannelSensitivity(
                    images.size(),
                    comparison.before().map(Accuracy.Headline::name).orElse(null),
                    comparison.before().map(Accuracy.Headline::value).orElse(null),
                    measured);
        }
    }

    private static List<RankedGroup> ranked(
            FlatGraph graph, DependencyGraph dependencies, Saliency.Factory saliencies) {
        return ChannelLimits.NONE
                .rank(
                        dependencies.groups(),
                        saliencies.on(graph, dependencies),
                        new ChannelSelection(graph, dependencies))
                .stream()
                .filter(group -> group.most() > 0)
                .toList();
    }

    /** The measurements of one model. */
    private final class Points {
        private final MaskedGraph masked;
        private final GraphSession session;
        private final ModelComparison comparison;
        private final ErrorMemory memory = new ErrorMemory(context.checkpoints(), CHECKPOINT);

        Points(MaskedGraph masked, GraphSession session, ModelComparison comparison) {
            this.masked = masked;
            this.session = session;
            this.comparison = comparison;
        }

        ChannelSensitivity.Group of(RankedGroup group) {
            int channels = group.group().removable().length;
            var points =
                    options.ratios().stream()
                            .map(ratio -> (int) Math.round(channels * ratio))
                            .map(removed -> Math.min(group.most(), removed))
                            .filter(removed -> removed > 0)
                            .distinct()
                            .map(removed -> point(group, removed))
                            .toList();
            return new ChannelSensitivity.Group(group.group().layers(), channels, 0, points);
        }

        private Point point(RankedGroup group, int removed) {
            var error =
                    memory.error(
                            group.name() + " " + removed,
                            () -> {
                                var channels =
                                        group.first(removed).boxed().collect(Collectors.toSet());
                                return comparison.of(session.with(masked.without(channels)));
                            });
            return new Point(group.ratio(removed), removed, error);
        }
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
                        .map(group -> group.withLeft(left.get(group.layers().get(0))))
                        .toList());
    }
}
