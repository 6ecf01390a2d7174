package io.pitlane.prune;

import io.pitlane.contract.pruning.GroupSparsity;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.training.loss.GroupNormLoss;
import io.pitlane.training.loss.GroupNormLoss.GroupedAxis;
import io.pitlane.training.weights.TrainableWeight;
import io.pitlane.training.weights.WeightFinder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Trains a model before the cut so that less is lost with the channels: the norm of all weights of
 * each channel, in every layer that depends on it, is part of the loss.
 *
 * <p>Within a group of layers, the norm of the strongest channel has the factor {@code strength},
 * that of the weakest {@value #MOST} times as much, and the others in between by powers of two, as
 * in Fang et al. 2023, "DepGraph: Towards Any Structural Pruning", equation 4.
 */
final class GroupSparseTraining {
    private static final int POWER = 4;
    private static final int MOST = 1 << POWER;

    private final FlatGraph graph;
    private final DependencyGraph dependencies;
    private final Map<Integer, Integer> groups = new HashMap<>();
    private final List<GroupedAxis> axes;

    /** The training of one model. */
    GroupSparseTraining(FlatGraph shared) {
        this.graph = VectorUnsharing.apply(shared);
        this.dependencies = DependencyGraph.of(graph);
        for (var group : dependencies.groups()) {
            for (int channel : group.removable()) {
                groups.putIfAbsent(channel, groups.size());
            }
        }
        this.axes = axes();
    }

    private List<GroupedAxis> axes() {
        var trainable =
                WeightFinder.find(graph).stream()
                        .map(TrainableWeight::name)
                        .collect(Collectors.toSet());
        return dependencies.slices().stream()
                .filter(slice -> trainable.contains(slice.constant()))
                .map(
                        slice ->
                                new GroupedAxis(
                                        slice.constant(),
                                        slice.channels().axis(),
                                        Arrays.stream(slice.channels().ids())
                                                .map(this::group)
                                                .toArray()))
                .filter(axis -> Arrays.stream(axis.groups()).anyMatch(g -> g != GroupNormLoss.NONE))
                .toList();
    }

    private int group(int id) {
        return groups.getOrDefault(dependencies.root(id), GroupNormLoss.NONE);
    }

    /** Whether any channel can be removed. */
    boolean hasChannels() {
        return !groups.isEmpty() && !axes.isEmpty();
    }

    /** The loss on the norms of the channels. */
    GroupNormLoss loss(double strength) {
        var norms = norms();
        var factors = new double[groups.size()];
        for (var group : dependencies.groups()) {
            var own = Arrays.stream(group.removable()).mapToDouble(id -> norms[group(id)]);
            var range = own.summaryStatistics();
            double width = range.getMax() - range.getMin();
            for (int id : group.removable()) {
                double weakness = width == 0 ? 0 : (range.getMax() - norms[group(id)]) / width;
                factors[group(id)] = strength * Math.pow(2, POWER * weakness);
            }
        }
        return new GroupNormLoss(axes, factors);
    }

    /** The norm of each channel's weights. */
    private double[] norms() {
        var squares = new double[groups.size()];
        for (var axis : axes) {
            var weight = FloatTensor.of(graph.node(axis.constant()));
            int inner = 1;
            for (int i = axis.axis() + 1; i < weight.rank(); i++) {
                inner *= (int) weight.shape()[i];
            }
            int length = axis.groups().length;
            for (int i = 0; i < weight.values().length; i++) {
                int group = axis.groups()[i / inner % length];
                if (group != GroupNormLoss.NONE) {
                    squares[group] += (double) weight.values()[i] * weight.values()[i];
                }
            }
        }
        return Arrays.stream(squares).map(Math::sqrt).toArray();
    }

    /** The trained model, with all its channels. */
    FlatGraph train(GroupSparsity options, PruneStep step, PruningContext context) {
        var all = new PrunedModel(graph, Map.of(), List.of(), List.of());
        return new RecoveryTraining(step, context)
                .train(
                        all,
                        step.fineTune().withEpochs(options.epochs()),
                        "group-sparsity",
                        List.of(loss(options.strength())))
                .graph();
    }
}
