package io.pitlane.quantize;

import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.fusion.KernelSupport;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.pipeline.stage.ModelAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What quantization can do: which layers have int8 kernels, and on which engines; and what stays
 * float32 and why.
 */
final class QuantizeAdvice {
    private QuantizeAdvice() {}

    static ModelAdvice of(FlatGraph graph) {
        var folded = new BatchNormFolding().apply(graph);
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
        advice.addAll(1, engines(folded));
        floats.forEach(
                (op, nodes) ->
                        advice.add(
                                nodes
                                        + " x "
                                        + op
                                        + " stays float32: there is no int8 kernel to gain from."));
        return new ModelAdvice(advice);
    }

    /** What every engine computes of the graph, quantized with ranges that do not matter here. */
    private static List<String> engines(FlatGraph folded) {
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
        return EngineNotes.of(quantized).stream().map(note -> note + ".").toList();
    }

    private static boolean staysFloat(Operation operation) {
        return switch (operation.kind()) {
            case LAYER, FUSED_LAYER, OTHER_LAYER, BATCH_NORM, RESIZE, ACTIVATION ->
                    !operation.hasInt8Kernel() && !operation.isQuantized();
            default -> false;
        };
    }
}
