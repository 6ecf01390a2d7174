package io.pitlane.prune.lowrank;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.LayerFactors;
import io.pitlane.contract.finding.LayerFactors.Layer;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import io.pitlane.training.weights.SparsityMasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;

/**
 * Replaces convolutions and dense layers by factors of low rank:
 *
 * <ol>
 *   <li>Sample what a layer reads on training images.
 *   <li>Compute the factors of each decomposition that minimise the error of the layer's outputs.
 *       The options choose the rank layer by layer, or a target of the model chooses all ranks
 *       together.
 *   <li>Take those that cost least for the error, if they save multiply-accumulates and were
 *       measured to be faster; else leave the layer alone.
 * </ol>
 */
public final class LowRankFactorization {
    private final RankSelection selection;
    private final PruningTarget target;
    private final Set<String> ignored;
    private final long seed;

    /**
     * A factorization by these options.
     *
     * @param target MACs or parameters of the model; null where the selection chooses the ranks
     * @param ignored layers that stay
     * @param seed of the samples
     */
    public LowRankFactorization(
            RankSelection selection, PruningTarget target, Set<String> ignored, long seed) {
        this.selection = selection;
        this.target = target;
        this.ignored = ignored;
        this.seed = seed;
    }

    /**
     * A model with factors.
     *
     * @param graph the model
     * @param finding what became of each layer
     */
    public record Factorized(FlatGraph graph, LayerFactors finding) {}

    /** Every layer of a graph, and why it cannot be replaced; empty where it can. */
    public static Map<String, Optional<String>> obstacles(FlatGraph graph) {
        var shapes = InferredShapes.of(graph);
        var sparse = SparsityMasks.of(graph).keySet();
        var obstacles = new LinkedHashMap<String, Optional<String>>();
        for (var node : graph.nodes()) {
            if (Operations.of(node).isLayer()) {
                boolean isSparse =
                        LayerKernel.of(graph, node)
                                .filter(kernel -> sparse.contains(kernel.name()))
                                .isPresent();
                obstacles.put(
                        node.getName(),
                        isSparse
                                ? Optional.of("weights that an earlier step removed stay zero")
                                : FactorizableLayer.obstacle(graph, shapes, node));
            }
        }
        return obstacles;
    }

    /**
     * Factorises the layers of a graph.
     *
     * @param progress share of the work, 0..1
     */
    public Factorized factorize(
            FlatGraph graph, TrainingImages images, InputSpec input, DoubleConsumer progress) {
        var outcomes = new LinkedHashMap<String, Layer>();
        var layers = new ArrayList<FactorizableLayer>();
        obstacles(graph)
                .forEach(
                        (name, obstacle) -> {
                            var reason =
                                    ignored.contains(name)
                                            ? Optional.of("it is in ignore")
                                            : obstacle;
                            outcomes.put(name, Layer.leftAlone(name, reason.orElse(null)));
                            if (reason.isEmpty()) {
                                layers.add(FactorizableLayer.of(graph, graph.node(name)));
                            }
                        });
        var edit = graph.edit();
        var sampling = new InputSampling(graph, images, input, selection.samples(), seed);
        var policy =
                target == null
                        ? new LayerPolicy(selection)
                        : new TargetPolicy(selection, target, Footprint.of(graph, images.shape()));
        policy.choose(
                layers,
                sampling,
                progress,
                choice -> {
                    var name = choice.layer().name();
                    outcomes.put(name, choice.layer());
                    if (choice.layer().taken()) {
                        replace(
                                edit,
                                FactorizableLayer.of(graph, graph.node(name)),
                                choice.factors());
                    }
                });
        var factorized = edit.build();
        var finding =
                new LayerFactors(
                        sampling.images(),
                        List.copyOf(outcomes.values()),
                        outcomes.values().stream().anyMatch(Layer::taken)
                                ? speedup(graph, factorized, images, input)
                                : null);
        return new Factorized(factorized, finding);
    }

    private static void replace(GraphEditor edit, FactorizableLayer layer, Factors factors) {
        FactorNodes.of(layer, factors, edit::freshName).forEach(edit::put);
    }

    private static double speedup(
            FlatGraph before, FlatGraph after, TrainingImages images, InputSpec input) {
        var image = images.batches(1, share -> {}).iterator().next();
        return SpeedComparison.ofModels(before, after, input, image);
    }
}
