package io.pitlane.formats.tensorflow;

import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import org.tensorflow.proto.DataType;

/**
 * Reads bytes as another type: TensorFlow copies plain bytes by rows, but quantized types value by
 * value, and some operations take plain ones only.
 */
final class Bitcast {
    private Bitcast() {}

    static TensorRef add(
            GraphEditor editor, TensorRef bytes, DataType from, DataType to, String name) {
        editor.put(
                NodeBuilder.of("Bitcast", name)
                        .input(bytes)
                        .type("T", from)
                        .type("type", to)
                        .build());
        return TensorRef.of(name);
    }
}
