package io.pitlane.graph.savedmodel.inlining;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import org.tensorflow.proto.NodeDef;

/**
 * Removes dropout with keep probability 1, as TensorFlow 1.x exports it where the probability is a
 * placeholder whose default is 1: {@code x / keep * floor(keep + random)}, the random number in [0,
 * 1).
 */
public final class DropoutRemoval {
    private DropoutRemoval() {}

    /** The graph without multiplications and divisions by 1. */
    public static FlatGraph remove(FlatGraph graph) {
        var next = removeOne(graph);
        while (next != graph) {
            graph = next;
            next = removeOne(graph);
        }
        return graph;
    }

    private static FlatGraph removeOne(FlatGraph graph) {
        for (var node : graph.nodes()) {
            int slot = passedOn(graph, node);
            var source = slot < 0 ? null : TensorRef.parse(node.getInput(slot));
            if (slot >= 0 && !graph.node(source.node()).getOp().equals("Placeholder")) {
                return graph.edit().redirect(TensorRef.of(node.getName()), source).build();
            }
        }
        return graph;
    }

    /** The input that the node passes on unchanged; -1 when it changes its inputs. */
    private static int passedOn(FlatGraph graph, NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case MULTIPLICATION -> isOne(graph, node, 1) ? 0 : isOne(graph, node, 0) ? 1 : -1;
            case DIVISION -> isOne(graph, node, 1) ? 0 : -1;
            default -> -1;
        };
    }

    private static boolean isOne(FlatGraph graph, NodeDef node, int slot) {
        var factor = graph.input(node, slot);
        return isScalarOne(factor) || keepsAll(graph, factor);
    }

    private static boolean keepsAll(FlatGraph graph, NodeDef floor) {
        if (!floor.getOp().equals("Floor")) {
            return false;
        }
        var sum = graph.input(floor, 0);
        if (Operations.of(sum).kind() != Kind.ADDITION || sum.getInputCount() != 2) {
            return false;
        }
        var left = graph.input(sum, 0);
        var right = graph.input(sum, 1);
        return (isScalarOne(left) && right.getOp().equals("RandomUniform"))
                || (isScalarOne(right) && left.getOp().equals("RandomUniform"));
    }

    private static boolean isScalarOne(NodeDef node) {
        if (!FloatTensor.isFloatConst(node)) {
            return false;
        }
        var value = FloatTensor.of(node);
        return value.rank() == 0 && value.values()[0] == 1;
    }
}
