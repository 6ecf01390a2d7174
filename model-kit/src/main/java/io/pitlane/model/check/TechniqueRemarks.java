package io.pitlane.model.check;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.ResidualBlock;
import io.pitlane.model.graph.ResidualBlocks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.proto.NodeDef;

/** Says which layers each technique can work on, and which it will leave alone. */
final class TechniqueRemarks {
    private static final Set<String> PRUNED =
            Set.of("Conv2D", "MatMul", "DepthwiseConv2dNative", "Conv2DBackpropInput");
    private static final Set<String> INT8 = Set.of("Conv2D", "MatMul");
    private static final Set<String> STAYS_FLOAT =
            Set.of(
                    "DepthwiseConv2dNative",
                    "Conv2DBackpropInput",
                    "Conv3D",
                    "BatchMatMulV2",
                    "Einsum",
                    "FusedBatchNormV3",
                    "ResizeBilinear",
                    "Sigmoid",
                    "LeakyRelu",
                    "Elu",
                    "Tanh");

    private TechniqueRemarks() {}

    /**
     * The remarks by technique.
     *
     * @param graph the model
     * @param folded the same with batch norm folded, as quantization sees it
     */
    static Map<String, List<String>> of(FlatGraph graph, FlatGraph folded) {
        var remarks = new LinkedHashMap<String, List<String>>();
        remarks.put("prune", prune(graph));
        remarks.put("distill", distill(graph));
        remarks.put("quantize", quantize(folded));
        return remarks;
    }

    private static List<String> prune(FlatGraph graph) {
        var remarks = new ArrayList<String>();
        remarks.add(
                count(graph, node -> isPrunable(graph, node))
                        + " layers have constant float32 weights that can be pruned.");
        named(graph, node -> PRUNED.contains(node.getOp()) && !isPrunable(graph, node))
                .forEach(
                        name ->
                                remarks.add(
                                        name + " has no constant float32 weights: left alone."));
        return remarks;
    }

    private static boolean isPrunable(FlatGraph graph, NodeDef node) {
        return PRUNED.contains(node.getOp()) && FloatTensor.isFloatConst(graph.input(node, 1));
    }

    private static List<String> distill(FlatGraph graph) {
        var blocks = ResidualBlocks.of(graph);
        return List.of(
                blocks.isEmpty()
                        ? "There is no residual block that student.depth could drop."
                        : blocks.size()
                                + " residual blocks can be dropped by student.depth: "
                                + String.join(
                                        ", ", blocks.stream().map(ResidualBlock::name).toList())
                                + ".");
    }

    private static List<String> quantize(FlatGraph graph) {
        var remarks = new ArrayList<String>();
        remarks.add(
                count(graph, node -> INT8.contains(node.getOp()) && isPrunable(graph, node))
                        + " convolutions and dense layers can run in int8.");
        for (var op : STAYS_FLOAT.stream().sorted().toList()) {
            long nodes = count(graph, node -> node.getOp().equals(op));
            if (nodes > 0) {
                remarks.add(
                        nodes
                                + " x "
                                + op
                                + " stays float32: there is no int8 kernel to gain from.");
            }
        }
        return remarks;
    }

    private static long count(FlatGraph graph, Predicate<NodeDef> which) {
        return graph.nodes().stream().filter(which).count();
    }

    private static List<String> named(FlatGraph graph, Predicate<NodeDef> which) {
        return graph.nodes().stream().filter(which).map(NodeDef::getName).toList();
    }
}
