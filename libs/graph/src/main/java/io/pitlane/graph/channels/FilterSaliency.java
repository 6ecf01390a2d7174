package io.pitlane.graph.channels;

import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.ChannelScores.Reduction;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.channels.dependency.WeightSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Saliencies of the weights alone. All but the batch norm's own see the weights as they would be
 * with a batch norm right behind the layer folded in, so that a folded and an unfolded model lose
 * the same channels.
 */
public enum FilterSaliency implements Saliency.Factory {
    /** Sum of absolute weights (Li et al. 2017, "Pruning Filters for Efficient ConvNets"). */
    L1,
    /** Root of the sum of squared weights. */
    L2,
    /**
     * Sum of the distances to the other filters of the layer (He et al. 2019, "Filter Pruning via
     * Geometric Median for Deep Convolutional Neural Networks Acceleration").
     */
    GEOMETRIC_MEDIAN,
    /**
     * Scale parameter of the batch norm right behind the layer (Liu et al. 2017, "Learning
     * Efficient Convolutional Networks through Network Slimming"). {@link #L1} for groups without
     * one; a batch norm that was folded into a factor or a kernel is none, because its scale is
     * mixed with the variance.
     */
    BATCH_NORM_SCALE,
    /**
     * Share of a channel's squared norm in the sum of its own and all larger ones of its group (Lee
     * et al. 2021, "Layer-adaptive Sparsity for the Magnitude-based Pruning").
     */
    LAMP;

    private static final String NO_BATCH_NORM =
            "ranked by l1: there is no batch norm right behind a layer";

    /** The saliency with options; those that are null have the default of the saliency. */
    public Saliency.Factory with(ChannelScores options) {
        return (graph, dependencies) -> on(graph, dependencies, options);
    }

    @Override
    public Saliency on(FlatGraph graph, DependencyGraph dependencies) {
        return on(graph, dependencies, ChannelScores.DEFAULT);
    }

    private Saliency on(FlatGraph graph, DependencyGraph dependencies, ChannelScores options) {
        return switch (this) {
            case L1 ->
                    group(
                            dependencies,
                            options,
                            Normalization.MEAN,
                            norms(graph, dependencies, options, 1, scores -> scores));
            case L2 ->
                    group(
                            dependencies,
                            options,
                            Normalization.MEAN,
                            norms(graph, dependencies, options, 2, FilterSaliency::roots));
            case LAMP ->
                    new LampSaliency(
                            group(
                                    dependencies,
                                    options,
                                    Normalization.NONE,
                                    norms(graph, dependencies, options, 2, scores -> scores)));
            case GEOMETRIC_MEDIAN -> {
                var distances = new FilterDistances(graph);
                yield group(
                        dependencies,
                        options,
                        Normalization.MEAN,
                        filters(filter -> Optional.of(distances.of(filter))));
            }
            case BATCH_NORM_SCALE -> {
                var scale = new FollowingScale(graph);
                yield group(
                                dependencies,
                                options,
                                Normalization.MEAN,
                                filters(filter -> batchNormScale(scale, filter)))
                        .orElse(L1.on(graph, dependencies, options), NO_BATCH_NORM);
            }
        };
    }

    private static GroupSaliency group(
            DependencyGraph dependencies,
            ChannelScores options,
            Normalization normalization,
            Function<ChannelGroup, List<LayerScores>> layers) {
        return new GroupSaliency(
                dependencies,
                layers,
                options.normalizationOr(normalization),
                options.reductionOr(Reduction.SUM));
    }

    private static Function<ChannelGroup, List<LayerScores>> norms(
            FlatGraph graph,
            DependencyGraph dependencies,
            ChannelScores options,
            int power,
            UnaryOperator<double[]> finished) {
        var norms = new FilterNorms(graph, power);
        var producers = filters(filter -> Optional.of(finished.apply(norms.of(filter))));
        if (!options.countConsumers()) {
            return producers;
        }
        var consumers = new ConsumerNorms(graph, dependencies, power);
        return group -> {
            var layers = new ArrayList<>(producers.apply(group));
            consumers.of(group).stream()
                    .map(each -> new LayerScores(each.channels(), finished.apply(each.scores())))
                    .forEach(layers::add);
            return layers;
        };
    }

    private static Function<ChannelGroup, List<LayerScores>> filters(
            Function<WeightSlice, Optional<double[]>> scores) {
        return group -> {
            var layers = new ArrayList<LayerScores>();
            for (var filter : group.filters()) {
                scores.apply(filter)
                        .map(each -> new LayerScores(filter.channels().ids(), each))
                        .ifPresent(layers::add);
            }
            return layers;
        };
    }

    private static Optional<double[]> batchNormScale(FollowingScale scale, WeightSlice filter) {
        return scale.ofBatchNorm(filter.constant(), filter.channels().length())
                .map(
                        factors -> {
                            var scores = new double[factors.length];
                            Arrays.setAll(scores, i -> Math.abs(factors[i]));
                            return scores;
                        });
    }

    private static double[] roots(double[] squares) {
        return Arrays.stream(squares).map(Math::sqrt).toArray();
    }
}
