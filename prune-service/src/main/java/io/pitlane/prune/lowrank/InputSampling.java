package io.pitlane.prune.lowrank;

import io.pitlane.analysis.FetchMemory;
import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Samples what the layers of a graph read on training images, in as few passes over the images as
 * memory allows.
 */
final class InputSampling {
    private final FlatGraph graph;
    private final TrainingImages images;
    private final InputSpec input;
    private final int count;
    private final long seed;

    /**
     * @param count number of images; all where there are fewer
     * @param seed of the sampled positions
     */
    InputSampling(FlatGraph graph, TrainingImages images, InputSpec input, int count, long seed) {
        this.graph = graph;
        this.images = images;
        this.input = input;
        this.count = Math.min(count, images.all().size());
        this.seed = seed;
    }

    /** Number of images. */
    int images() {
        return count;
    }

    /** Hands over the samples of each layer, in their order. */
    void forEach(List<FactorizableLayer> layers, Consumer<SampleCollector> consumer) {
        try (var session = GraphSession.open(graph, input)) {
            for (var group : groups(layers)) {
                var collectors =
                        group.stream()
                                .map(layer -> new SampleCollector(layer, count, seed))
                                .toList();
                sample(session, collectors);
                collectors.forEach(consumer);
            }
        }
    }

    /** Layers whose samples fit into memory together. */
    private static List<List<FactorizableLayer>> groups(List<FactorizableLayer> layers) {
        long most = MemoryBudget.ofProcess().batches();
        var groups = new ArrayList<List<FactorizableLayer>>();
        long bytes = 0;
        for (var layer : layers) {
            bytes += SampleCollector.bytes(layer);
            if (groups.isEmpty() || bytes > most) {
                groups.add(new ArrayList<>());
                bytes = SampleCollector.bytes(layer);
            }
            groups.get(groups.size() - 1).add(layer);
        }
        return groups;
    }

    private void sample(GraphSession session, List<SampleCollector> collectors) {
        var tensors = collectors.stream().map(SampleCollector::tensor).distinct().toList();
        List<List<TensorRef>> fetches = null;
        for (var batch : images.batches(count, share -> {})) {
            if (fetches == null) {
                fetches = fetches(batch, tensors);
            }
            for (var fetch : fetches) {
                session.run(
                        batch,
                        fetch,
                        (tensor, features) -> add(collectors, tensor, features, batch));
            }
        }
    }

    private static void add(
            List<SampleCollector> collectors,
            TensorRef tensor,
            FloatTensor features,
            FloatTensor batch) {
        for (var collector : collectors) {
            if (collector.tensor().equals(tensor)) {
                collector.add(features, (int) batch.shape()[0]);
            }
        }
    }

    private List<List<TensorRef>> fetches(FloatTensor batch, List<TensorRef> tensors) {
        var port = ModelInputs.of(graph.signature(), input).image();
        return FetchMemory.of(graph, port, batch.shape(), MemoryBudget.ofProcess())
                .groups(tensors, batch.shape()[0]);
    }
}
