package io.pitlane.quantize;

import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.fusion.KernelSupport;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What quantization can do: which layers have int8 kernels, and on which engines; and what stays
 * float32 and why.
 */
final class QuantizeAdvice {
    private QuantizeAdvice() {}

    static ModelAdvice of(FlatGraph graph) {
        var quantized = QuantizedGraph.of(graph);
        var folded = new BatchNormFolding().apply(quantized.floats());
        var support = new KernelSupport(folded, InferredShapes.of(folded));
        var advice = new ArrayList<String>();
        var floats = new TreeMap<String, Integer>();
        int int8 = 0;
        for (var node : folded.nodes()) {
            var operation = Operations.of(node);
            if (operation.kind() == Kind.LAYER && operation.hasInt8Kernel()) {
                var unsupported = support.unsupported(node);
                int8 += unsupported.isEmpty() ? 1 : 0;
                unsupported.ifPresent(
                        why -> advice.add(node.getName() + " stays float32: " + why + "."));
            } else if (staysFloat(operation)) {
                floats.merge(node.getOp(), 1, Integer::sum);
            }
        }
        advice.add(0, int8 + " convolutions and dense layers can run in int8.");
        advice.addAll(1, quantized.isQuantized() ? quantized(graph) : quantizable(folded));
        floats.forEach(
                (op, nodes) ->
                        advice.add(
                                nodes
                                        + " x "
                                        + op
                                        + " stays float32: there is no int8 kernel to gain from."));
        return new ModelAdvice(advice);
    }

    /** What is quantized, and what every engine computes of it. */
    private static List<String> quantized(FlatGraph graph) {
        long kernels =
                graph.nodes().stream()
                        .flatMap(node -> LayerKernel.of(graph, node).stream())
                        .map(kernel -> graph.input(kernel.layer(), kernel.slot()))
                        .filter(input -> FakeQuantization.of(graph, input).isPresent())
                        .count();
        return Stream.concat(Stream.of(kernels + " layers have quantized weights."), engines(graph))
                .toList();
    }

    /** What every engine computes of the graph, quantized with ranges that do not matter here. */
    private static List<String> quantizable(FlatGraph folded) {
        var layers =
                FusedLayerFinder.find(
                                folded, InferredShapes.of(folded), FusedLayerFinder.SumFusion.NONE)
                        .found();
        if (layers.isEmpty()) {
            return List.of();
        }
        var plan = new QuantizationPlan(folded, layers, tensor -> true);
        var ranges =
                plan.tensorsToCalibrate().stream()
                        .collect(Collectors.toMap(tensor -> tensor, tensor -> new Range(-1, 1)));
        var quantized =
                FakeQuantizationWriter.write(
                        folded, plan, ranges, QuantizeStep.DEFAULT, TrainedKernels.of(folded));
        return engines(quantized).toList();
    }

    private static Stream<String> engines(FlatGraph quantized) {
        return EngineNotes.of(quantized).stream().map(note -> note + ".");
    }

    private static boolean staysFloat(Operation operation) {
        return switch (operation.kind()) {
            case LAYER, FUSED_LAYER, OTHER_LAYER, BATCH_NORM, RESIZE, ACTIVATION ->
                    !operation.hasInt8Kernel() && !operation.isQuantized();
            default -> false;
        };
    }
}
