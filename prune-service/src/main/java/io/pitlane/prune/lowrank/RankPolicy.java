package io.pitlane.prune.lowrank;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** Decides what becomes of the layers of a model. */
interface RankPolicy {
    /**
     * Decides on every layer.
     *
     * @param layers in the order of the graph
     * @param progress share of the work, 0..1
     * @param consumer of the choices, one a layer
     */
    void choose(
            List<FactorizableLayer> layers,
            InputSampling sampling,
            DoubleConsumer progress,
            Consumer<LayerChoice> consumer);
}
