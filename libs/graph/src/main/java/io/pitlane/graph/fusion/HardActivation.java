package io.pitlane.graph.fusion;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * A hard sigmoid or a hard swish (Howard et al., Searching for MobileNetV3, ICCV 2019) that a graph
 * spells with several nodes: {@code relu6(x + 3) / 6}, {@code clip(0.2 x + 0.5, 0, 1)}, {@code x *
 * relu6(x + 3) * (1 / 6)} and the like. Engines compute it as one operation.
 *
 * @param nodes names of the nodes, from the first, which reads the input, to the last
 * @param input what it is computed from
 * @param slope alpha of {@code max(0, min(1, alpha * x + beta))}; positive
 * @param offset beta, between 0 and 1
 * @param swish whether that is multiplied by x: then alpha is 1/6, and beta 1/2
 */
public record HardActivation(
        List<String> nodes, TensorRef input, float slope, float offset, boolean swish) {
    private static final float SWISH_SLOPE = 1f / 6;
    private static final float SWISH_OFFSET = 0.5f;
    private static final double TOLERANCE = 1e-5;

    public HardActivation {
        nodes = List.copyOf(nodes);
    }

    /** Every one of a graph, in its order; none is part of another. */
    public static List<HardActivation> of(FlatGraph graph) {
        var found = new ArrayList<HardActivation>();
        for (var node : graph.nodes()) {
            if (found.stream().noneMatch(other -> other.nodes().contains(node.getName()))) {
                startingAt(graph, node).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    /** The one whose first node this is; of a hard swish, not the hard sigmoid within. */
    public static Optional<HardActivation> startingAt(FlatGraph graph, NodeDef first) {
        return IntStream.range(0, first.getInputCount())
                .mapToObj(slot -> TensorRef.parse(first.getInput(slot)))
                .filter(input -> !graph.node(input.node()).getOp().equals("Const"))
                .findFirst()
                .flatMap(input -> from(graph, first, input));
    }

    private static Optional<HardActivation> from(FlatGraph graph, NodeDef first, TensorRef input) {
        var names = new ArrayList<String>();
        var longest = Optional.<HardActivation>empty();
        var tensor = input;
        boolean multiplied = false;
        var curve = Optional.of(ClippedLine.IDENTITY);
        for (var node = Optional.of(first); node.isPresent(); ) {
            if (!multiplied && isProduct(node.get(), tensor, input)) {
                multiplied = true;
            } else {
                curve = curve.get().followedBy(graph, node.get(), tensor, multiplied);
            }
            if (curve.isEmpty()) {
                break;
            }
            names.add(node.get().getName());
            tensor = TensorRef.of(node.get().getName());
            var found = activation(names, input, curve.get(), multiplied);
            longest = found.isPresent() ? found : longest;
            node = graph.onlyConsumer(node.get().getName());
        }
        return longest;
    }

    private static boolean isProduct(NodeDef node, TensorRef tensor, TensorRef input) {
        if (!node.getOp().equals("Mul") || tensor.equals(input)) {
            return false;
        }
        var factors = node.getInputList().stream().map(TensorRef::parse).toList();
        return factors.contains(tensor) && factors.contains(input);
    }

    private static Optional<HardActivation> activation(
            List<String> nodes, TensorRef input, ClippedLine curve, boolean swish) {
        boolean isHard =
                isNear(curve.lowest(), 0)
                        && isNear(curve.highest(), 1)
                        && curve.slope() > 0
                        && curve.offset() > 0
                        && curve.offset() < 1;
        boolean isSwish =
                isNear(curve.slope(), SWISH_SLOPE) && isNear(curve.offset(), SWISH_OFFSET);
        return isHard && (!swish || isSwish)
                ? Optional.of(
                        new HardActivation(
                                nodes,
                                input,
                                isSwish ? SWISH_SLOPE : (float) curve.slope(),
                                isSwish ? SWISH_OFFSET : (float) curve.offset(),
                                swish))
                : Optional.empty();
    }

    private static boolean isNear(double value, double expected) {
        return Math.abs(value - expected) <= TOLERANCE;
    }

    /** Which input of the first node reads the input. */
    public int slot(FlatGraph graph) {
        return graph.node(nodes.get(0)).getInputList().stream()
                .map(TensorRef::parse)
                .toList()
                .indexOf(input);
    }

    /** The output of the last node. */
    public TensorRef output() {
        return TensorRef.of(nodes.get(nodes.size() - 1));
    }
}
