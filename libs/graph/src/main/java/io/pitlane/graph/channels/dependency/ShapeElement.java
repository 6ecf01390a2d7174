package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * One element of a shape that a node takes as an input, where that element is constant: in a Const
 * vector, or in a Const that is one input of a Pack or ConcatV2 whose other inputs are computed.
 *
 * @param consumer name of the node that takes the shape
 * @param slots the inputs that lead from it to the Const
 * @param position which element of the Const
 * @param value its value
 */
public record ShapeElement(String consumer, List<Integer> slots, int position, long value) {

    /** The element at a position; empty where it is known only when the model runs. */
    static Optional<ShapeElement> at(
            FlatGraph graph, InferredShapes shapes, NodeDef consumer, int slot, int position) {
        var slots = new ArrayList<Integer>();
        var node = consumer;
        int next = slot;
        int index = position;
        while (next >= 0) {
            slots.add(next);
            node = graph.input(node, next);
            next = -1;
            if (node.getOp().equals("Pack")) {
                next = index;
                index = 0;
            } else if (node.getOp().equals("ConcatV2")) {
                for (int part = 0; part < node.getInputCount() - 1 && next < 0; part++) {
                    long length = length(node, part, shapes);
                    if (length < 0) {
                        return Optional.empty();
                    }
                    if (index < length) {
                        next = part;
                    } else {
                        index -= (int) length;
                    }
                }
            }
        }
        int found = index;
        return IntConstant.of(node)
                .filter(constant -> found < constant.values().length)
                .map(c -> new ShapeElement(consumer.getName(), slots, found, c.values()[found]));
    }

    private static long length(NodeDef node, int slot, InferredShapes shapes) {
        var shape = shapes.of(TensorRef.parse(node.getInput(slot)));
        return shape.numDimensions() == 1 ? shape.get(0) : -1;
    }

    /** Gives the consumer its own copy of the shape, in which this element has another value. */
    public void replace(GraphEditor editor, long replacement) {
        var node = editor.node(consumer);
        int slot = slots.get(0);
        editor.setInput(consumer, slot, own(editor, source(editor, node, slot), 1, replacement));
    }

    private TensorRef own(GraphEditor editor, NodeDef node, int depth, long replacement) {
        var name = editor.freshName(consumer + "/shape");
        if (depth == slots.size()) {
            var edited = IntConstant.of(node).orElseThrow().with(position, replacement);
            editor.put(edited.toConst(node, name));
        } else {
            int slot = slots.get(depth);
            editor.put(node.toBuilder().setName(name).build());
            editor.setInput(
                    name, slot, own(editor, source(editor, node, slot), depth + 1, replacement));
        }
        return TensorRef.of(name);
    }

    private static NodeDef source(GraphEditor editor, NodeDef node, int slot) {
        return editor.node(TensorRef.parse(node.getInput(slot)).node());
    }
}
