package io.pitlane.quantize;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.InferredShapes;
import io.pitlane.model.graph.TensorRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the stretches of a graph that int8 kernels can do.
 *
 * <ol>
 *   <li>Start at every Conv2D and MatMul whose form the kernels know; name the others.
 *   <li>Walk on along single uses: a constant bias, then a residual sum that ends in an activation
 *       and may be done in place, then an activation.
 *   <li>Where the walk ends, the block ends: what follows sees its output.
 * </ol>
 */
final class BlockFinder {
    private static final Set<String> LAYERS_WITHOUT_KERNEL =
            Set.of(
                    "DepthwiseConv2dNative",
                    "Conv2DBackpropInput",
                    "Conv3D",
                    "Conv3DBackpropInputV2",
                    "BatchMatMul",
                    "BatchMatMulV2",
                    "BatchMatMulV3",
                    "Einsum");

    private final FlatGraph graph;
    private final KernelLimits limits;
    private final ResidualSums sums;
    private final Set<String> taken = new HashSet<>();

    private BlockFinder(FlatGraph graph) {
        var shapes = InferredShapes.of(graph);
        this.graph = graph;
        this.limits = new KernelLimits(graph, shapes);
        this.sums = new ResidualSums(graph, shapes);
    }

    /** The blocks of a graph. */
    static Blocks find(FlatGraph graph) {
        return new BlockFinder(graph).find();
    }

    /** Whether there is an int8 kernel for this kind of layer, in a form that the kernel knows. */
    static boolean mayHaveKernel(NodeDef node) {
        return node.getOp().equals("Conv2D") || node.getOp().equals("MatMul");
    }

    /** Whether this is a layer with weights of a kind that has no int8 kernel. */
    static boolean isLayerWithoutKernel(NodeDef node) {
        return LAYERS_WITHOUT_KERNEL.contains(node.getOp());
    }

    private Blocks find() {
        var found = new ArrayList<Block>();
        var leftFloat = new ArrayList<String>();
        for (var node : graph.nodes()) {
            if (isLayerWithoutKernel(node)) {
                leftFloat.add(node.getName() + ": " + node.getOp() + " has no int8 kernel");
            } else if (mayHaveKernel(node)) {
                limits.violatedBy(node)
                        .ifPresentOrElse(
                                reason -> leftFloat.add(node.getName() + ": " + reason),
                                () -> found.add(blockFrom(node)));
            }
        }
        return new Blocks(found, leftFloat);
    }

    private Block blockFrom(NodeDef product) {
        var weights = FloatTensor.of(graph.input(product, 1));
        int outputs = limits.outputs(product);
        var end = product;
        var bias = new FloatTensor(new float[outputs], outputs);
        var added = next(end).flatMap(node -> ConstantBias.of(graph, node, outputs));
        if (added.isPresent()) {
            bias = added.get();
            end = next(end).orElseThrow();
        }
        var summand = Optional.<TensorRef>empty();
        if (product.getOp().equals("Conv2D")) {
            summand = summand(product, end);
            end = summand.isPresent() ? next(end).orElseThrow() : end;
        }
        var activation = next(end).flatMap(Activation::of);
        if (activation.isPresent()) {
            end = next(end).orElseThrow();
        }
        return new Block(
                product,
                TensorRef.parse(product.getInput(0)),
                weights,
                bias,
                summand,
                activation.orElse(Activation.NONE),
                TensorRef.of(end.getName()));
    }

    private Optional<TensorRef> summand(NodeDef product, NodeDef end) {
        var sum = next(end);
        if (sum.isEmpty() || taken.contains(sum.get().getName())) {
            return Optional.empty();
        }
        var summand = sums.inPlaceSummand(product, end, sum.get());
        summand.ifPresent(tensor -> taken.add(sum.get().getName()));
        return summand;
    }

    /** The one node that uses {@code node}, where it is used once and is no output. */
    private Optional<NodeDef> next(NodeDef node) {
        return sums.onlyUse(node.getName());
    }
}
