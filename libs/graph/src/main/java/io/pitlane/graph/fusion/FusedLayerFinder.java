package io.pitlane.graph.fusion;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the float layers of a graph that some engine has an int8 kernel for, each with the nodes
 * fused into it.
 *
 * <ol>
 *   <li>Start at every layer whose operation and form a kernel supports; report the others.
 *   <li>Follow single uses: a constant bias, then a residual sum where the caller fuses such, then
 *       an activation. What a {@link HardActivation} adds is no bias.
 *   <li>The last matching node ends the fused layer: its consumers see the layer's output.
 * </ol>
 */
public final class FusedLayerFinder {
    private final FlatGraph graph;
    private final KernelSupport support;
    private final SumFusion sums;
    private final Set<String> fusedSums = new HashSet<>();

    private FusedLayerFinder(FlatGraph graph, InferredShapes shapes, SumFusion sums) {
        this.graph = graph;
        this.support = new KernelSupport(graph, shapes);
        this.sums = sums;
    }

    /** Decides which residual sums a convolution computes along. */
    public interface SumFusion {
        /** Fuses none. */
        SumFusion NONE = (product, end, sum) -> Optional.empty();

        /**
         * The tensor that {@code sum} adds to a convolution; empty where it is not fused.
         *
         * @param product the convolution
         * @param end the last node fused so far, which {@code sum} uses
         */
        Optional<TensorRef> summand(NodeDef product, NodeDef end, NodeDef sum);
    }

    /**
     * The layers of a graph, by whether they can run in int8.
     *
     * @param found the layers that a kernel supports, in the graph's order; no node is in two
     * @param leftFloat layers with weights that stay float, each with its reason, for the notes
     */
    public record Result(List<FusedLayer> found, List<String> leftFloat) {
        public Result {
            found = List.copyOf(found);
            leftFloat = List.copyOf(leftFloat);
        }
    }

    /** Finds the layers of a graph. */
    public static Result find(FlatGraph graph, InferredShapes shapes, SumFusion sums) {
        return new FusedLayerFinder(graph, shapes, sums).find();
    }

    private Result find() {
        var found = new ArrayList<FusedLayer>();
        var leftFloat = new ArrayList<String>();
        for (var node : graph.nodes()) {
            var operation = Operations.of(node);
            boolean isFloatLayer =
                    operation.isLayer() && !operation.isQuantized() && !isFakeQuantized(node);
            if (isFloatLayer && !operation.hasInt8Kernel()) {
                leftFloat.add(node.getName() + ": " + node.getOp() + " has no int8 kernel");
            } else if (isFloatLayer) {
                support.unsupported(node)
                        .ifPresentOrElse(
                                reason -> leftFloat.add(node.getName() + ": " + reason),
                                () -> found.add(fuse(node)));
            }
        }
        return new Result(found, leftFloat);
    }

    private boolean isFakeQuantized(NodeDef layer) {
        return Operations.of(layer).weightSlots().stream()
                .filter(slot -> slot < layer.getInputCount())
                .map(slot -> graph.input(layer, slot))
                .anyMatch(input -> FakeQuantization.of(graph, input).isPresent());
    }

    private FusedLayer fuse(NodeDef product) {
        var weights = FloatTensor.of(graph.input(product, 1));
        int outputs = support.outputs(product);
        var end = product;
        var bias = new FloatTensor(new float[outputs], outputs);
        var added =
                next(end)
                        .filter(node -> HardActivation.startingAt(graph, node).isEmpty())
                        .flatMap(node -> BiasMatcher.of(graph, node, outputs));
        if (added.isPresent()) {
            bias = added.get();
            end = next(end).orElseThrow();
        }
        var summand = Optional.<TensorRef>empty();
        var operation = Operations.of(product);
        if (operation.kernel().equals(Optional.of(KernelLayout.CONVOLUTION))) {
            summand = summand(product, end);
            end = summand.isPresent() ? next(end).orElseThrow() : end;
        }
        var activation = next(end).flatMap(FusedActivation::of);
        if (activation.isPresent()) {
            end = next(end).orElseThrow();
        }
        return new FusedLayer(
                product,
                TensorRef.parse(product.getInput(operation.featureSlot())),
                weights,
                bias,
                summand,
                activation.orElse(FusedActivation.NONE),
                TensorRef.of(end.getName()));
    }

    private Optional<TensorRef> summand(NodeDef product, NodeDef end) {
        var sum = next(end);
        if (sum.isEmpty() || fusedSums.contains(sum.get().getName())) {
            return Optional.empty();
        }
        var summand = sums.summand(product, end, sum.get());
        summand.ifPresent(tensor -> fusedSums.add(sum.get().getName()));
        return summand;
    }

    /** The only consumer of {@code node}; empty when it has several or is an output. */
    private Optional<NodeDef> next(NodeDef node) {
        return graph.onlyConsumer(node.getName());
    }
}
