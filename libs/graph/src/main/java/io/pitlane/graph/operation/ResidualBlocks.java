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
 * Finds the residual blocks of a graph that can be left out one by one, and leaves them out.
 *
 * <p>A block is an addition of two tensors of one shape, where one is made of the other alone, by
 * at least one convolution or dense layer, and nothing but the addition uses what lies between. Of
 * blocks inside one another the innermost count.
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

    /** The graph without these blocks, which are some of its own. */
    public static FlatGraph without(FlatGraph graph, Collection<ResidualBlock> blocks) {
        var edit = graph.edit();
        for (var block : blocks) {
            var shortcut = edit.node(block.sum()).getInput(block.shortcutSlot());
            edit.redirect(TensorRef.of(block.sum()), TensorRef.parse(shortcut));
        }
        return edit.build();
    }

    /** A block and the nodes of its branch. */
    private record Found(ResidualBlock block, Set<String> inside) {}

    private List<ResidualBlock> find() {
        var found = new ArrayList<Found>();
        for (var node : graph.nodes()) {
            if (isSumOfTwo(node)) {
                at(node, 0).or(() -> at(node, 1)).ifPresent(found::add);
            }
        }
        return found.stream()
                .filter(outer -> found.stream().noneMatch(inner -> holds(outer, inner)))
                .map(Found::block)
                .toList();
    }

    private static boolean isSumOfTwo(NodeDef node) {
        return Operations.of(node).kind() == Kind.ADDITION && node.getInputCount() == 2;
    }

    private static boolean holds(Found outer, Found inner) {
        return outer.inside().contains(inner.block().sum());
    }

    private Optional<Found> at(NodeDef sum, int shortcutSlot) {
        var shortcut = TensorRef.parse(sum.getInput(shortcutSlot));
        var branch = TensorRef.parse(sum.getInput(1 - shortcutSlot));
        if (shortcut.equals(branch) || !haveOneShape(shortcut, branch)) {
            return Optional.empty();
        }
        return between(shortcut, branch)
                .filter(inside -> isClosed(inside, sum.getName()))
                .map(inside -> new Found(block(sum, shortcutSlot, inside), inside))
                .filter(found -> !found.block().layers().isEmpty());
    }

    // Shape.equals takes shapes with an unknown dimension, as the batch, for different.
    private boolean haveOneShape(TensorRef left, TensorRef right) {
        var shape = shapes.of(left);
        return !shape.isUnknown()
                && !shapes.of(right).isUnknown()
                && Arrays.equals(shape.asArray(), shapes.of(right).asArray());
    }

    /** What makes {@code branch} of {@code shortcut}; empty when it is made of other things too. */
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
