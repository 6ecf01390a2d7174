package io.pitlane.quantize;

import io.pitlane.contract.InputSpec;
import io.pitlane.contract.QuantizeStep.Calibration;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.Feeds;
import io.pitlane.model.runtime.GraphSession;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs a float graph over sample inputs and notes the values of chosen tensors.
 *
 * <p>Ranges are the largest values seen, or a percentile of the distances from 0: clipping the few
 * largest values costs less than the coarser steps that they would force on all others (Migacz,
 * 8-bit Inference with TensorRT, 2017). The model's own inputs are never clipped: images are
 * bounded, and their extremes are common.
 */
final class Calibrator {
    private final FlatGraph graph;
    private final Calibration options;
    private final InputSpec input;

    /**
     * A calibration.
     *
     * @param input tells which of several inputs takes the images
     */
    Calibrator(FlatGraph graph, Calibration options, InputSpec input) {
        this.graph = graph;
        this.options = options;
        this.input = input;
    }

    /**
     * The range of each tensor.
     *
     * @param tensors float32 tensors of the graph
     * @param batches images, as the model takes them
     */
    Map<TensorRef, Range> ranges(Collection<TensorRef> tensors, Iterable<FloatTensor> batches) {
        var observed = new LinkedHashMap<TensorRef, Observed>();
        tensors.forEach(tensor -> observed.put(tensor, new Observed()));
        var inputs = inputs();
        var feeds = Feeds.of(graph.signature(), input);
        // A tensor that is fed cannot be fetched.
        var fetches = observed.keySet().stream().filter(t -> !inputs.contains(t)).toList();
        try (var session = GraphSession.open(graph, input)) {
            for (var batch : batches) {
                feeds.of(batch).stream()
                        .filter(feed -> observed.containsKey(feed.port().tensor()))
                        .forEach(
                                feed ->
                                        observed.get(feed.port().tensor())
                                                .add(feed.values().values()));
                var values = session.run(batch, fetches);
                for (int i = 0; i < fetches.size(); i++) {
                    observed.get(fetches.get(i)).add(values.get(i).values());
                }
            }
        }
        var ranges = new HashMap<TensorRef, Range>();
        observed.forEach(
                (tensor, seen) ->
                        ranges.put(
                                tensor,
                                inputs.contains(tensor) ? seen.minMax() : seen.range(options)));
        return ranges;
    }

    private Set<TensorRef> inputs() {
        return graph.signature().inputs().stream()
                .map(port -> port.tensor())
                .collect(Collectors.toSet());
    }
}
