package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.RankSelection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Chooses the ranks of each layer for itself, by the same rule for all.
 *
 * @param selection the rule
 */
record LayerPolicy(RankSelection selection) implements RankPolicy {

    @Override
    public void choose(
            List<FactorizableLayer> layers,
            InputSampling sampling,
            DoubleConsumer progress,
            Consumer<LayerChoice> consumer) {
        var done = new AtomicInteger();
        sampling.forEach(
                layers,
                samples -> {
                    consumer.accept(LayerChoice.of(samples, selection));
                    progress.accept((double) done.incrementAndGet() / layers.size());
                });
    }
}
