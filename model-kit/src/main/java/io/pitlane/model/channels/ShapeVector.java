package io.pitlane.model.channels;

import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphEditor;
import io.pitlane.model.graph.TensorRef;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.proto.NodeDef;

/**
 * A shape that a node takes as an input: one Const vector, or scalars that a Pack gathers, of which
 * some are computed from other shapes.
 */
final class ShapeVector {
    private final NodeDef consumer;
    private final int slot;
    private final NodeDef source;

    private ShapeVector(NodeDef consumer, int slot, NodeDef source) {
        this.consumer = consumer;
        this.slot = slot;
        this.source = source;
    }

    /** The shape at an input of a node, if it is made in a way that can be read and edited. */
    static Optional<ShapeVector> at(FlatGraph graph, NodeDef consumer, int slot) {
        var source = graph.input(consumer, slot);
        boolean readable = source.getOp().equals("Pack") || IntConstant.of(source).isPresent();
        return readable ? Optional.of(new ShapeVector(consumer, slot, source)) : Optional.empty();
    }

    /** An entry; empty where it is known only when the model runs. */
    OptionalLong entry(FlatGraph graph, int position) {
        if (source.getOp().equals("Pack")) {
            return IntConstant.of(graph.input(source, position))
                    .map(scalar -> OptionalLong.of(scalar.values()[0]))
                    .orElse(OptionalLong.empty());
        }
        return OptionalLong.of(IntConstant.of(source).orElseThrow().values()[position]);
    }

    /** Gives the consumer a shape of its own in which one entry is another. */
    void replace(FlatGraph graph, GraphEditor editor, int position, long value) {
        var own = editor.freshName(consumer.getName() + "/shape");
        if (source.getOp().equals("Pack")) {
            var entry = editor.freshName(own + "/entry");
            var old = graph.input(source, position);
            editor.put(IntConstant.of(old).orElseThrow().with(0, value).toConst(old, entry));
            editor.put(source.toBuilder().setName(own).setInput(position, entry).build());
        } else {
            var edited = IntConstant.of(source).orElseThrow().with(position, value);
            editor.put(edited.toConst(source, own));
        }
        editor.setInput(consumer.getName(), slot, TensorRef.of(own));
    }
}
