package io.pitlane.prune;

import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.ChannelScores.Reduction;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ActivatedOutput;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.GroupSaliency;
import io.pitlane.graph.channels.LayerScores;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.prune.ChannelMeans.Measure;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Saliencies of the outputs of layers, behind their activations, on training images. */
final class ActivationSaliency implements Saliency.Factory {
    private final Measure measure;
    private final ChannelScores options;
    private final PruningContext context;

    private ActivationSaliency(Measure measure, ChannelScores options, PruningContext context) {
        this.measure = measure;
        this.options = options;
        this.context = context;
    }

    /**
     * The mean absolute value of a channel (Molchanov et al. 2017, "Pruning Convolutional Neural
     * Networks for Resource Efficient Inference", section 2.2).
     */
    static ActivationSaliency meanActivation(ChannelScores options, PruningContext context) {
        return new ActivationSaliency(Measure.MAGNITUDE, options, context);
    }

    /**
     * The share of values of a channel other than zero: 1 less the average percentage of zeros (Hu
     * et al. 2016, "Network Trimming: A Data-Driven Neuron Pruning Approach towards Efficient Deep
     * Architectures", section 3.1).
     */
    static ActivationSaliency apoz(ChannelScores options, PruningContext context) {
        return new ActivationSaliency(Measure.NON_ZERO, options, context);
    }

    @Override
    public Saliency on(FlatGraph graph, DependencyGraph dependencies) {
        var outputs =
                dependencies.groups().stream()
                        .filter(group -> group.removable().length > 0)
                        .flatMap(group -> outputs(group, graph, dependencies))
                        .distinct()
                        .toList();
        var means = ChannelMeans.of(graph, outputs, measure, options.sampleCount(), context);
        return new GroupSaliency(
                        dependencies,
                        group ->
                                outputs(group, graph, dependencies)
                                        .flatMap(output -> scores(output, means).stream())
                                        .toList(),
                        options.normalizationOr(Normalization.MEAN),
                        options.reductionOr(Reduction.SUM))
                .orElse(
                        FilterSaliency.L1
                                .with(
                                        new ChannelScores(
                                                options.reduction(),
                                                options.normalization(),
                                                null,
                                                null))
                                .on(graph, dependencies),
                        "ranked by l1: no output of a layer is ever zero");
    }

    /** The outputs of a group's layers; layers that are summed up have one. */
    private static Stream<ActivatedOutput> outputs(
            ChannelGroup group, FlatGraph graph, DependencyGraph dependencies) {
        return group.layers().stream()
                .flatMap(layer -> ActivatedOutput.of(graph, dependencies, layer).stream())
                .distinct();
    }

    /** Empty for zeros of an output without any: they would rank the channels by their position. */
    private Optional<LayerScores> scores(ActivatedOutput output, ChannelMeans means) {
        var ofOutput = means.of(output);
        return measure == Measure.NON_ZERO && Arrays.stream(ofOutput).allMatch(share -> share == 1)
                ? Optional.empty()
                : Optional.of(new LayerScores(output.channels().ids(), ofOutput));
    }
}
