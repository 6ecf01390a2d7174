package io.pitlane.graph.channels;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * Removes whole channels from a model, which makes it smaller and faster on any machine.
 *
 * <ol>
 *   <li>Groups: {@link DependencyGraph} finds which channels must be removed together.
 *   <li>Saliency: a {@link Saliency} scores how much each matters.
 *   <li>Selection: a {@link ChannelAllocation} chooses the lowest-scored of each group.
 *   <li>Removal: {@link ChannelRemoval} removes them from every weight and shape.
 * </ol>
 *
 * <pre>{@code
 * var pruned = new ChannelPruning(0.5).prune(graph);
 * pruned.graph();   // half the channels of every layer that could be pruned
 * pruned.notes();   // what was removed, what was left alone and why
 * }</pre>
 */
public final class ChannelPruning {
    private final Saliency.Factory saliencies;
    private final ChannelAllocation allocation;

    /**
     * Pruning by a saliency and an allocation.
     *
     * @param saliencies how much each channel matters
     * @param allocation how many channels each group loses
     */
    public ChannelPruning(Saliency.Factory saliencies, ChannelAllocation allocation) {
        this.saliencies = saliencies;
        this.allocation = allocation;
    }

    /**
     * Pruning by {@link FilterSaliency#L1} with the same ratio for every group.
     *
     * @param ratio share of the channels to remove from each group, above 0 and below 1
     */
    public ChannelPruning(double ratio) {
        this(FilterSaliency.L1, ChannelAllocation.uniform(ratio));
    }

    /**
     * A model with fewer channels.
     *
     * @param graph the model; its inputs and outputs are as before
     * @param before the model before, with the same names of nodes
     * @param dependencies of the channels of the model before
     * @param removed the channels that were removed, by their ids in the dependency graph
     * @param notes what was removed, what was left alone and why
     */
    public record Pruned(
            FlatGraph graph,
            FlatGraph before,
            DependencyGraph dependencies,
            Set<Integer> removed,
            List<String> notes) {}

    /** Removes the channels that the allocation selects. */
    public Pruned prune(FlatGraph shared) {
        var graph = VectorUnsharing.apply(shared);
        var dependencies = DependencyGraph.of(graph);
        var saliency = saliencies.on(graph, dependencies);
        var selection = new ChannelSelection(graph, dependencies);
        var notes = new PruningNotes();
        var groups = dependencies.groups();
        allocation.select(groups, saliency, selection);
        var removed = selection.removed();
        groups.forEach(
                group ->
                        notes.add(
                                group, removedOf(group, removed), selection.reasonToLeave(group)));
        layersWithoutGroup(graph, groups).forEach(notes::addUnsupported);
        saliency.notes().forEach(notes::add);
        var cut = new ChannelRemoval(graph, dependencies).without(removed);
        return new Pruned(cut, graph, dependencies, removed, notes.list());
    }

    private static int removedOf(ChannelGroup group, Set<Integer> removed) {
        return (int) Arrays.stream(group.removable()).filter(removed::contains).count();
    }

    /** Layers with weights whose output channels cannot be traced. */
    private static List<NodeDef> layersWithoutGroup(FlatGraph graph, List<ChannelGroup> groups) {
        var grouped =
                groups.stream()
                        .flatMap(group -> group.layers().stream())
                        .collect(Collectors.toSet());
        return graph.nodes().stream()
                .filter(node -> Operations.of(node).isLayer())
                .filter(node -> !grouped.contains(node.getName()))
                .filter(node -> !isPlainProduct(graph, node))
                .toList();
    }

    /** Whether a layer multiplies two computed tensors, as attention does: it has no weights. */
    private static boolean isPlainProduct(FlatGraph graph, NodeDef node) {
        return Operations.of(node).isPrunable() && LayerKernel.of(graph, node).isEmpty();
    }
}
