package io.pitlane.quantize;

import io.pitlane.analysis.FetchMemory;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Calibration.RangeMethod;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs a float graph on sample inputs and determines the ranges of selected tensors.
 *
 * <p>Every method but min-max clips the largest values: that costs less than the coarser steps that
 * they would force on all others (Migacz, 8-bit Inference with TensorRT, 2017). Values are counted
 * as they come; the memory of a tensor does not depend on how many there are.
 */
final class Calibrator {
    private final FlatGraph graph;
    private final InputSpec input;
    private final ActivationQuantization quantization;
    private final MemoryBudget budget;

    /**
     * A calibration.
     *
     * @param input which of several inputs takes the images
     * @param quantization that a range leads to
     * @param budget for the tensors of a batch; where they do not fit, the batch runs several times
     */
    Calibrator(
            FlatGraph graph,
            InputSpec input,
            ActivationQuantization quantization,
            MemoryBudget budget) {
        this.graph = graph;
        this.input = input;
        this.quantization = quantization;
        this.budget = budget;
    }

    /**
     * The range of each tensor.
     *
     * @param methods by float32 tensors of the graph
     * @param batches images, as the model takes them
     */
    Map<TensorRef, Range> ranges(
            Map<TensorRef, RangeMethod> methods, Iterable<FloatTensor> batches) {
        var statistics = new LinkedHashMap<TensorRef, ActivationStatistics>();
        methods.keySet()
                .forEach(tensor -> statistics.put(tensor, new ActivationStatistics(quantization)));
        var inputs = inputs();
        var feeds = ModelInputs.of(graph.signature(), input);
        // A tensor that is fed cannot be fetched.
        var fetches = statistics.keySet().stream().filter(t -> !inputs.contains(t)).toList();
        try (var session = GraphSession.open(graph, input)) {
            List<List<TensorRef>> groups = List.of();
            for (var batch : batches) {
                feeds.of(batch).stream()
                        .filter(feed -> statistics.containsKey(feed.port().tensor()))
                        .forEach(
                                feed ->
                                        statistics
                                                .get(feed.port().tensor())
                                                .add(feed.values().values()));
                if (groups.isEmpty()) {
                    // The first batch is the largest.
                    groups =
                            FetchMemory.of(graph, session.input(), batch.shape(), budget)
                                    .groups(fetches, batch.shape()[0]);
                }
                for (var group : groups) {
                    session.run(
                            batch,
                            group,
                            (tensor, values) -> statistics.get(tensor).add(values.values()));
                }
            }
        }
        var ranges = new HashMap<TensorRef, Range>();
        statistics.forEach(
                (tensor, values) -> ranges.put(tensor, values.range(methods.get(tensor))));
        return ranges;
    }

    private Set<TensorRef> inputs() {
        return graph.signature().inputs().stream()
                .map(port -> port.tensor())
                .collect(Collectors.toSet());
    }
}
