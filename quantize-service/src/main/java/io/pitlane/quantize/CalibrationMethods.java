package io.pitlane.quantize;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.contract.finding.CalibrationRanges.TensorRange;
import io.pitlane.contract.quantization.Calibration;
import io.pitlane.contract.quantization.Calibration.Method;
import io.pitlane.contract.quantization.Calibration.RangeMethod;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * By which method each tensor of a graph is calibrated. A layer's output is called as the layer,
 * any other tensor as its node. The model's inputs are never clipped: images are bounded, and their
 * extremes are frequent.
 */
final class CalibrationMethods {
    private final Map<TensorRef, String> names = new HashMap<>();
    private final Map<TensorRef, RangeMethod> methods = new LinkedHashMap<>();

    /**
     * The methods for some tensors.
     *
     * @param tensors of the graph
     * @param layers that the graph is quantized by
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when a pattern names
     *     nothing in the graph
     */
    CalibrationMethods(
            FlatGraph graph,
            Collection<TensorRef> tensors,
            List<FusedLayer> layers,
            Calibration options) {
        if (options.layers() != null) {
            LayerPatterns.requireNodes(
                    graph, "quantize.calibration.layers", options.layers().keySet());
        }
        layers.forEach(layer -> names.put(layer.output(), layer.name()));
        var inputs = graph.signature().inputs().stream().map(GraphSignature.Port::tensor).toList();
        for (var tensor : tensors) {
            methods.put(
                    tensor,
                    inputs.contains(tensor)
                            ? new RangeMethod(Method.MIN_MAX, null)
                            : options.of(name(tensor)));
        }
    }

    private String name(TensorRef tensor) {
        return names.getOrDefault(tensor, tensor.node());
    }

    /** The method of each tensor. */
    Map<TensorRef, RangeMethod> byTensor() {
        return methods;
    }

    /** The chosen ranges, in the order of the tensors. */
    List<TensorRange> described(Map<TensorRef, Range> ranges) {
        return methods.entrySet().stream()
                .filter(entry -> ranges.get(entry.getKey()).finite())
                .map(
                        entry -> {
                            var range = ranges.get(entry.getKey());
                            return new TensorRange(
                                    name(entry.getKey()),
                                    range.min(),
                                    range.max(),
                                    entry.getValue().method());
                        })
                .toList();
    }
}
