package io.pitlane.formats.tensorflow;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.FusedLayerFinder;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;

/**
 * Decides whether the addition of a residual can be fused into a convolution.
 *
 * <p>The kernel adds in place: it writes its result into the summand's buffer. A later reader of
 * that buffer would get wrong values, or freed memory. So the sum is fused only where every other
 * consumer of the summand is an ancestor of the convolution and therefore runs before it, and where
 * nothing else can hold the buffer: the summand is no constant, no input and no output of the
 * model, and no reshaped view shares its buffer.
 */
final class ResidualAddFusion implements FusedLayerFinder.SumFusion {
    private final FlatGraph graph;
    private final InferredShapes shapes;

    ResidualAddFusion(FlatGraph graph, InferredShapes shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    @Override
    public Optional<TensorRef> summand(NodeDef product, NodeDef end, NodeDef sum) {
        if (Operations.of(sum).kind() != Kind.ADDITION || sum.getInputCount() != 2) {
            return Optional.empty();
        }
        var left = TensorRef.parse(sum.getInput(0));
        var summand = left.node().equals(end.getName()) ? TensorRef.parse(sum.getInput(1)) : left;
        // The kernel fuses a sum only together with an activation.
        boolean activated =
                graph.onlyConsumer(sum.getName()).flatMap(FusedActivation::of).isPresent();
        return activated
                        && sameShape(TensorRef.of(end.getName()), summand)
                        && ownsItsBuffer(summand)
                        && othersRunBefore(product, sum, summand)
                ? Optional.of(summand)
                : Optional.empty();
    }

    private boolean sameShape(TensorRef product, TensorRef summand) {
        var a = shapes.of(product);
        var b = shapes.of(summand);
        return a.numDimensions() == 4 && b.numDimensions() == 4 && sameImage(a, b);
    }

    private static boolean sameImage(Shape a, Shape b) {
        return a.get(0) == b.get(0)
                && a.get(1) > 0
                && a.get(2) > 0
                && a.get(1) == b.get(1)
                && a.get(2) == b.get(2)
                && a.get(3) == b.get(3);
    }

    private boolean ownsItsBuffer(TensorRef summand) {
        var producer = graph.node(summand.node());
        return summand.index() == 0
                && !Set.of("Const", "Placeholder").contains(producer.getOp())
                && !graph.isOutput(summand.node())
                && !mayBeAView(producer)
                && graph.uses(summand.node()).stream().noneMatch(use -> mayBeAView(use.consumer()));
    }

    /** Whether a node may give its input's buffer as its output; Pad does where it pads nothing. */
    private static boolean mayBeAView(NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case IDENTITY, RESHAPE -> true;
            default -> node.getOp().equals("Pad");
        };
    }

    private boolean othersRunBefore(NodeDef product, NodeDef sum, TensorRef summand) {
        var before = ancestors(product);
        // The convolution itself reads its input while it writes: it must not be the summand.
        return graph.uses(summand.node()).stream()
                .map(FlatGraph.Use::consumer)
                .filter(consumer -> !consumer.getName().equals(sum.getName()))
                .allMatch(consumer -> before.contains(consumer.getName()));
    }

    private Set<String> ancestors(NodeDef node) {
        var found = new HashSet<String>();
        var pending = new ArrayDeque<>(sources(node));
        while (!pending.isEmpty()) {
            var name = pending.pop();
            if (found.add(name)) {
                pending.addAll(sources(graph.node(name)));
            }
        }
        return found;
    }

    private static List<String> sources(NodeDef node) {
        return node.getInputList().stream().map(i -> TensorRef.parse(i).node()).toList();
    }
}
