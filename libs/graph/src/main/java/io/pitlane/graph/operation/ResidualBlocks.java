package io.pitlane.graph.operation;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the residual blocks of a graph that can be removed one by one, and removes them.
 *
 * <p>A block is an addition of two tensors of one shape, where one is computed from the other
 * alone, by at least one convolution or dense layer, and only the addition uses the nodes between.
 * Of nested blocks the innermost count.
 */
public final class ResidualBlocks {
    private final FlatGraph graph;
    private final InferredShapes shapes;

    private ResidualBlocks(FlatGraph graph) {
        this.graph = graph;
        this.shapes = InferredShapes.of(graph);
    }

    /** The blocks, in the graph's order. */
    public static List<ResidualBlock> of(FlatGraph graph) {
        return new ResidualBlocks(graph).find();
    }

    /** The graph without these blocks of it. */
    public static FlatGraph without(FlatGraph graph, Collection<ResidualBlock> blocks) {
        var edit = graph.edit();
        for (var block : blocks) {
            var shortcut = edit.node(block.sum()).getInput(block.shortcutSlot());
            edit.redirect(TensorRef.of(block.sum()), TensorRef.parse(shortcut));
        }
        return edit.build();
    }

    /** A block and the nodes of its branch. */
    private record Candidate(ResidualBlock block, Set<String> inside) {}

    private List<ResidualBlock> find() {
        var candidates = new ArrayList<Candidate>();
        for (var node : graph.nodes()) {
            if (isSumOfTwo(node)) {
                at(node, 0).or(() -> at(node, 1)).ifPresent(candidates::add);
            }
        }
        return candidates.stream()
                .filter(outer -> candidates.stream().noneMatch(inner -> contains(outer, inner)))
                .map(Candidate::block)
                .toList();
    }

    private static boolean isSumOfTwo(NodeDef node) {
        return Operations.of(node).kind() == Kind.ADDITION && node.getInputCount() == 2;
    }

    private static boolean contains(Candidate outer, Candidate inner) {
        return outer.inside().contains(inner.block().sum());
    }

    private Optional<Candidate> at(NodeDef sum, int shortcutSlot) {
        var shortcut = TensorRef.parse(sum.getInput(shortcutSlot));
        var branch = TensorRef.parse(sum.getInput(1 - shortcutSlot));
        if (shortcut.equals(branch) || !haveOneShape(shortcut, branch)) {
            return Optional.empty();
        }
        return between(shortcut, branch)
                .filter(inside -> isClosed(inside, sum.getName()))
                .map(inside -> new Candidate(block(sum, shortcutSlot, inside), inside))
                .filter(candidate -> !candidate.block().layers().isEmpty());
    }

    // Shape.equals is false for shapes with an unknown dimension, such as the batch.
    private boolean haveOneShape(TensorRef left, TensorRef right) {
        var shape = shapes.of(left);
        return !shape.isUnknown()
                && !shapes.of(right).isUnknown()
                && Arrays.equals(shape.asArray(), shapes.of(right).asArray());
    }

    /** The nodes from {@code shortcut} to {@code branch}; empty when it has other inputs too. */
    private Optional<Set<String>> between(TensorRef shortcut, TensorRef branch) {
        var inside = new LinkedHashSet<String>();
        var pending = new ArrayDeque<TensorRef>(List.of(branch));
        boolean reached = false;
        while (!pending.isEmpty()) {
            var tensor = pending.pop();
            if (tensor.equals(shortcut)) {
                reached = true;
            } else if (inside.add(tensor.node())) {
                var node = graph.node(tensor.node());
                if (node.getOp().equals("Placeholder")) {
                    return Optional.empty();
                }
                node.getInputList().forEach(input -> pending.push(TensorRef.parse(input)));
            }
        }
        inside.removeIf(name -> graph.node(name).getOp().equals("Const"));
        return reached ? Optional.of(inside) : Optional.empty();
    }

    private boolean isClosed(Set<String> inside, String sum) {
        return inside.stream()
                .allMatch(
                        name ->
                                !graph.isOutput(name)
                                        && graph.uses(name).stream()
                                                .map(use -> use.consumer().getName())
                                                .allMatch(
                                                        user ->
                                                                user.equals(sum)
                                                                        || inside.contains(user)));
    }

    private ResidualBlock block(NodeDef sum, int shortcutSlot, Set<String> inside) {
        var layers =
                graph.nodes().stream()
                        .filter(node -> inside.contains(node.getName()))
                        .filter(node -> Operations.of(node).hasMacs())
                        .map(NodeDef::getName)
                        .toList();
        return new ResidualBlock(
                sum.getName(),
                shortcutSlot,
                TensorRef.parse(sum.getInput(shortcutSlot)),
                TensorRef.parse(sum.getInput(1 - shortcutSlot)),
                layers);
    }
}
