package io.pitlane.analysis.reconstruction;

import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The former outputs of the layers, in the order in which they are restored: those of as many
 * layers as fit into memory come from one pass over the images.
 */
final class FormerOutputCache {
    private static final int FEWEST_ROWS = 16_384;
    private static final int ROWS_PER_WEIGHT = 4;

    private final FlatGraph before;
    private final ModelPasses passes;
    private final List<CutLayer> layers;
    private final int samples;
    private final long seed;
    private final Map<String, FormerOutputs> held = new LinkedHashMap<>();

    /**
     * No outputs yet.
     *
     * @param before the model before the cut
     * @param passes through it, which go on from one group of layers to the next
     * @param layers in the order in which they are asked for
     * @param samples number of images
     */
    FormerOutputCache(
            FlatGraph before, ModelPasses passes, List<CutLayer> layers, int samples, long seed) {
        this.before = before;
        this.passes = passes;
        this.layers = layers;
        this.samples = samples;
        this.seed = seed;
    }

    /** The former outputs of a layer, which are not kept. */
    FormerOutputs of(CutLayer layer) {
        if (!held.containsKey(layer.name())) {
            read(layers.subList(layers.indexOf(layer), layers.size()));
        }
        return held.remove(layer.name());
    }

    private void read(List<CutLayer> next) {
        long left = MemoryBudget.ofProcess().teacherCache();
        var group = new ArrayList<CutLayer>();
        for (var layer : next) {
            left -= (long) Float.BYTES * samples * perImage(layer) * layer.kept().length;
            if (left >= 0 || group.isEmpty()) {
                group.add(layer);
                held.put(layer.name(), new FormerOutputs(layer, positions(layer)));
            } else {
                break;
            }
        }
        if (next.size() < layers.size()) {
            passes.advance(before, next.get(0).name());
        }
        var products = group.stream().map(CutLayer::product).toList();
        passes.fetch(before, products, (tensor, values) -> held.get(tensor.node()).add(values));
    }

    private OutputPositions positions(CutLayer layer) {
        return new OutputPositions(seed + 31L * layers.indexOf(layer), perImage(layer));
    }

    /** Enough samples for the weights of an output, from all images together. */
    private int perImage(CutLayer layer) {
        var shape = FloatTensor.of(before.node(layer.kernel())).shape();
        long size = 1;
        for (long length : shape) {
            size *= length;
        }
        long rows = Math.max(FEWEST_ROWS, ROWS_PER_WEIGHT * size / layer.kept().length);
        return (int) Math.max(1, (rows + samples - 1) / samples);
    }
}
