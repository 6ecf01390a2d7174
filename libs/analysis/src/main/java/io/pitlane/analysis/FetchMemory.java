package io.pitlane.analysis;

import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.footprint.ActivationFootprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The memory of calibration: TensorFlow holds all tensors that one run of the graph fetches, and
 * the Java heap one of them at a time.
 */
public final class FetchMemory {
    /** A tensor on the heap, and the buffer that it is copied from. */
    private static final int COPIES_ON_HEAP = 2;

    private final ActivationFootprint footprint;
    private final MemoryBudget budget;

    private FetchMemory(ActivationFootprint footprint, MemoryBudget budget) {
        this.footprint = footprint;
        this.budget = budget;
    }

    /**
     * The memory for a float graph.
     *
     * @param port the input for the images
     * @param images shape of a batch of images; their number does not matter
     */
    public static FetchMemory of(
            FlatGraph graph, GraphSignature.Port port, long[] images, MemoryBudget budget) {
        return new FetchMemory(ActivationFootprint.of(graph, Map.of(port.name(), images)), budget);
    }

    /** The largest number of images, at most {@code wanted} and at least 1, that fits. */
    public int batch(int wanted) {
        long onHeap = budget.batches() / Math.max(1, COPIES_ON_HEAP * footprint.largest());
        long outside = budget.nativeMemory() / Math.max(1, footprint.bytes());
        return (int) Math.max(1, Math.min(wanted, Math.min(onHeap, outside)));
    }

    /**
     * The tensors in groups, in their order, of which each is fetched by a run of its own: as few
     * as fit into half of the native memory, of which the run itself needs the rest.
     *
     * @param images images a batch
     */
    public List<List<TensorRef>> groups(Collection<TensorRef> tensors, long images) {
        var groups = new ArrayList<List<TensorRef>>();
        long bytes = 0;
        for (var tensor : tensors) {
            bytes += images * footprint.bytes(tensor);
            if (groups.isEmpty() || bytes > budget.nativeMemory() / 2) {
                groups.add(new ArrayList<>());
                bytes = images * footprint.bytes(tensor);
            }
            groups.get(groups.size() - 1).add(tensor);
        }
        return groups;
    }
}
