package io.pitlane.quantize.correction;

import io.pitlane.analysis.LayerPatches;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A random sample of a layer's output positions over all images (Vitter's algorithm R): as many as
 * fit into memory, however many images there are.
 */
final class SampleReservoir {
    private static final int MOST = 4096;
    private static final int POSITIONS_OF_AN_IMAGE = 64;

    private final FusedLayer layer;
    private final LayerPatches patches;
    private final Random random;
    private final int most;
    private final List<float[]> read = new ArrayList<>();
    private final List<float[]> wanted = new ArrayList<>();
    private final List<Integer> images = new ArrayList<>();
    private int seen;
    private int image;

    SampleReservoir(FusedLayer layer, Random random) {
        this.layer = layer;
        this.patches =
                new LayerPatches(
                        layer.product(),
                        layer.weights().shape(),
                        KernelChannels.of(layer).inputs());
        this.random = random;
        long bytes = Float.BYTES * ((long) patches.size() + layer.bias().values().length);
        this.most = (int) Math.max(2, Math.min(MOST, MemoryBudget.ofProcess().batches() / bytes));
    }

    /**
     * Takes part of what a layer reads and gives for a batch.
     *
     * @param input in the quantized graph
     * @param product of the float graph, without the bias
     */
    void add(FloatTensor input, FloatTensor product) {
        int outputs = layer.bias().values().length;
        int batch = (int) product.shape()[0];
        int positions = product.values().length / outputs / batch;
        for (int first = 0; first < batch * positions; first += positions) {
            if (positions <= POSITIONS_OF_AN_IMAGE) {
                for (int position = 0; position < positions; position++) {
                    offer(input, product, first + position);
                }
            } else {
                var chosen = random.ints(POSITIONS_OF_AN_IMAGE, first, first + positions);
                for (int position : chosen.toArray()) {
                    offer(input, product, position);
                }
            }
            image++;
        }
    }

    private void offer(FloatTensor input, FloatTensor product, int position) {
        seen++;
        int at = read.size() < most ? read.size() : random.nextInt(seen);
        if (at >= most) {
            return;
        }
        var bias = layer.bias().values();
        var outputs =
                Arrays.copyOfRange(
                        product.values(), position * bias.length, (position + 1) * bias.length);
        for (int output = 0; output < outputs.length; output++) {
            outputs[output] += bias[output];
        }
        var patch = patches.at(input, product.shape(), position);
        if (at == read.size()) {
            read.add(patch);
            wanted.add(outputs);
            images.add(image);
        } else {
            read.set(at, patch);
            wanted.set(at, outputs);
            images.set(at, image);
        }
    }

    ReconstructionSamples samples() {
        return new ReconstructionSamples(
                read.toArray(float[][]::new),
                wanted.toArray(float[][]::new),
                images.stream().mapToInt(Integer::intValue).toArray(),
                layer.bias().values(),
                layer.activation(),
                layer.depthwise());
    }
}
