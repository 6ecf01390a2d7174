package io.pitlane.prune.lowrank;

import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.prune.lowrank.FactorShape.Pixels;
import java.util.List;
import java.util.Set;

/** What a target limits. */
enum FactorCost {
    /** Multiply-accumulates for one image. */
    MACS {
        @Override
        long of(List<FactorShape> factors, Pixels pixels) {
            return pixels.macs(factors);
        }

        @Override
        long of(LayerFootprint layer) {
            return layer.macs();
        }
    },
    /** Number of weights. */
    PARAMETERS {
        @Override
        long of(List<FactorShape> factors, Pixels pixels) {
            return factors.stream().mapToLong(FactorShape::parameters).sum();
        }

        @Override
        long of(LayerFootprint layer) {
            return layer.parameters();
        }
    };

    private static final int FLOAT_BYTES = 4;

    /** That of one factor after the other. */
    abstract long of(List<FactorShape> factors, Pixels pixels);

    abstract long of(LayerFootprint layer);

    /** What a target without latency limits. */
    static FactorCost of(PruningTarget target) {
        return target.macs() == null ? PARAMETERS : MACS;
    }

    /**
     * The most that some layers of a model may cost together.
     *
     * @param layers those that can become factors; the others stay as they are
     * @return below 0 where the others alone cost more
     */
    long budget(PruningTarget target, Footprint model, Set<String> layers) {
        long others =
                model.layers().stream()
                        .filter(layer -> !layers.contains(layer.name()))
                        .mapToLong(this::of)
                        .sum();
        long all = model.layers().stream().mapToLong(this::of).sum();
        double most =
                target.macs() != null
                        ? target.macs() * all
                        : target.parameters() != null
                                ? target.parameters() * all
                                : (double) target.sizeBytes() / FLOAT_BYTES;
        return (long) most - others;
    }
}
