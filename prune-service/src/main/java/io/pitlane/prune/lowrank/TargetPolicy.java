package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.graph.footprint.Footprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Chooses the ranks of all layers together, for a target of the whole model:
 *
 * <ol>
 *   <li>Compute factors of every layer at several costs, and measure their error and speed.
 *   <li>Choose those of the smallest error within the target.
 *   <li>Compute the chosen ones again, from the same samples: all of them together could take more
 *       memory than the model.
 * </ol>
 *
 * @param selection the decompositions, and the least speed-up of a layer
 * @param target MACs or parameters of the model
 * @param footprint of the model before
 */
record TargetPolicy(RankSelection selection, PruningTarget target, Footprint footprint)
        implements RankPolicy {
    /** Share of the work before the ranks are chosen. */
    private static final double OPTIONS = 0.8;

    @Override
    public void choose(
            List<FactorizableLayer> layers,
            InputSampling sampling,
            DoubleConsumer progress,
            Consumer<LayerChoice> consumer) {
        var cost = FactorCost.of(target);
        var options = new LinkedHashMap<String, LayerOptions>();
        sampling.forEach(
                layers,
                samples -> {
                    var layer = samples.layer().name();
                    options.put(layer, LayerOptions.of(samples, selection, cost));
                    progress.accept(OPTIONS * options.size() / layers.size());
                });
        var budget = cost.budget(target, footprint, options.keySet());
        var allocation = RankAllocation.of(List.copyOf(options.values()), budget);
        var cut =
                layers.stream().filter(layer -> allocation.get(layer.name()).isPresent()).toList();
        layers.stream()
                .filter(layer -> !cut.contains(layer))
                .forEach(layer -> consumer.accept(LayerChoice.stays(options.get(layer.name()))));
        sampling.forEach(
                cut,
                samples -> {
                    var name = samples.layer().name();
                    var chosen = allocation.get(name).orElseThrow();
                    consumer.accept(
                            LayerChoice.of(options.get(name), chosen, factors(samples, chosen)));
                });
        progress.accept(1);
    }

    private static Factors factors(SampleCollector collector, LayerOptions.Option chosen) {
        int[] ranks = chosen.ranks().stream().mapToInt(Integer::intValue).toArray();
        return Decomposition.of(collector.layer(), collector.samples(), chosen.algorithm())
                .get(0)
                .factors(ranks);
    }
}
