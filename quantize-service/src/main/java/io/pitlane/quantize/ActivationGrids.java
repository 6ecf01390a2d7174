package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.quantization.GridOperations;
import io.pitlane.graph.quantization.Quantization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the quantization of every tensor that a {@link QuantizationPlan} names, by the ranges of
 * calibration:
 *
 * <ol>
 *   <li>A tensor gets the steps that its own range needs; those of a sigmoid and of a hyperbolic
 *       tangent are the ones that TFLite's kernels have.
 *   <li>A concatenation covers the ranges of all its parts.
 *   <li>A part takes over the quantization of its concatenation where its steps become at most
 *       twice as large: engines then join bytes. Other parts keep their own, and engines convert
 *       them, which costs time but no accuracy.
 * </ol>
 */
final class ActivationGrids {
    /** The outputs 0..1 in steps of 1/256. */
    private static final Quantization SIGMOID = Quantization.unsigned(255 / 256f, 0);

    /** The outputs -1..1 in steps of 1/128. */
    private static final Quantization TANH = Quantization.unsigned(255 / 128f, 128);

    private static final double LARGEST_STEP = 2;

    private final FlatGraph graph;
    private final QuantizationPlan plan;
    private final Map<TensorRef, Range> ranges;
    private final ActivationQuantization activations;
    private final Map<TensorRef, Quantization> grids = new HashMap<>();

    /** Tensors whose quantization no concatenation may change any more. */
    private final Set<TensorRef> fixed = new HashSet<>();

    /** Outputs of kernels that cut negative values off: they do so at the lowest integer. */
    private final Set<TensorRef> nonNegative = new HashSet<>();

    private ActivationGrids(
            FlatGraph graph,
            QuantizationPlan plan,
            Map<TensorRef, Range> ranges,
            ActivationQuantization activations) {
        this.graph = graph;
        this.plan = plan;
        this.ranges = new HashMap<>(ranges);
        this.activations = activations;
    }

    /**
     * The quantization of every output of a layer or an operation, and of every tensor that they
     * read and that the graph computes in float.
     */
    static Map<TensorRef, Quantization> of(
            FlatGraph graph,
            QuantizationPlan plan,
            Map<TensorRef, Range> ranges,
            ActivationQuantization activations) {
        return new ActivationGrids(graph, plan, ranges, activations).choose();
    }

    private Map<TensorRef, Quantization> choose() {
        for (var node : graph.nodes()) {
            plan.layerEndingAt(node)
                    .filter(plan::hasQuantizedOutput)
                    .ifPresent(layer -> own(layer.output(), layer.activation()));
            plan.operationEndingAt(node).ifPresent(this::operation);
        }
        var operations = new ArrayList<>(plan.operations());
        Collections.reverse(operations);
        operations.stream().filter(QuantizedOperation::isConcatenation).forEach(this::share);
        plan.layers().forEach(layer -> converted(layer.input()));
        operations.forEach(operation -> operation.inputs().forEach(this::converted));
        return grids;
    }

    private void operation(QuantizedOperation operation) {
        var output = operation.output();
        switch (operation.node().getOp()) {
            case "Sigmoid" -> fix(output, SIGMOID);
            case "Tanh" -> fix(output, TANH);
            case "ConcatV2" -> {
                var parts = operation.inputs().stream().map(this::source).map(ranges::get);
                ranges.put(output, parts.reduce(Range::union).orElseThrow());
                own(output, FusedActivation.NONE);
            }
            default -> own(output, operation.activation());
        }
    }

    private void fix(TensorRef tensor, Quantization quantization) {
        ranges.put(
                tensor,
                new Range(
                        quantization.dequantize(quantization.lowest(), 0),
                        quantization.dequantize(quantization.highest(), 0)));
        grids.put(tensor, quantization);
        fixed.add(tensor);
    }

    /** What is never negative needs no zero point, and neither does what no int8 layer reads. */
    private void own(TensorRef tensor, FusedActivation activation) {
        var range = ranges.get(tensor);
        boolean int16 = plan.hasInt16(tensor);
        if (activation.nonNegative()) {
            nonNegative.add(tensor);
            ranges.put(tensor, new Range(0, Math.min(range.magnitude(), activation.ceiling())));
            grids.put(tensor, activations.of(activation, range, int16));
        } else {
            grids.put(
                    tensor,
                    plan.isRead(tensor) || int16
                            ? activations.of(range, int16)
                            : activations.signed(range.magnitude()));
        }
    }

    private void share(QuantizedOperation concatenation) {
        var shared = grids.get(concatenation.output());
        for (var part : concatenation.inputs()) {
            var tensor = source(part);
            converted(tensor);
            if (mayTakeOver(tensor, shared)) {
                grids.put(tensor, shared);
                fixed.add(tensor);
            }
        }
    }

    private boolean mayTakeOver(TensorRef tensor, Quantization shared) {
        return !fixed.contains(tensor)
                && !(nonNegative.contains(tensor) && hasNegativeValues(shared))
                && shared.scale() <= LARGEST_STEP * grids.get(tensor).scale();
    }

    private static boolean hasNegativeValues(Quantization quantization) {
        return quantization.signed() || quantization.zeroPoint() != 0;
    }

    /** The tensor whose values {@link GridOperations} have moved to another. */
    private TensorRef source(TensorRef tensor) {
        var producer = graph.node(tensor.node());
        return plan.isOnGrid(tensor) && GridOperations.contains(producer)
                ? source(TensorRef.parse(producer.getInput(0)))
                : tensor;
    }

    /** A tensor that the graph computes in float. */
    private void converted(TensorRef tensor) {
        if (!plan.isOnGrid(tensor)) {
            grids.computeIfAbsent(
                    tensor, any -> activations.of(ranges.get(any), plan.hasInt16(any)));
        }
    }
}
