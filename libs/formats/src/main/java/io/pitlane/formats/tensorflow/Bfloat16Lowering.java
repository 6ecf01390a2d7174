package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_BFLOAT16;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.Bfloat16;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.Bfloat16Region;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * Rewrites a graph for TensorFlow's kernels of bfloat16: the nodes of a {@link Bfloat16Region} get
 * that type and constants of it, and values are converted where they enter and leave the region.
 */
final class Bfloat16Lowering {
    private static final AttrValue BFLOAT16 = AttrValue.newBuilder().setType(DT_BFLOAT16).build();

    private final FlatGraph graph;
    private final Bfloat16Region region;
    private final GraphEditor editor;
    private final Map<TensorRef, TensorRef> entering = new HashMap<>();
    private final Map<TensorRef, TensorRef> leaving = new HashMap<>();

    private Bfloat16Lowering(Bfloat16Graph apart) {
        this.graph = apart.floats();
        this.region = apart.region();
        this.editor = graph.edit();
    }

    /** Rewrites a graph; the signature stays the same. */
    static FlatGraph lower(Bfloat16Graph apart) {
        return new Bfloat16Lowering(apart).lower();
    }

    private FlatGraph lower() {
        for (var node : graph.nodes()) {
            if (region.contains(node)) {
                compute(node);
            } else {
                readFloats(node);
            }
        }
        return editor.outputs(
                        graph.signature().outputs().stream()
                                .map(port -> port.at(asFloat(port.tensor())))
                                .toList())
                .build();
    }

    private void compute(NodeDef node) {
        editor.put(node.toBuilder().putAttr("T", BFLOAT16).build());
        for (int slot : region.valueSlots(node)) {
            if (!region.contains(graph.input(node, slot))) {
                var value = TensorRef.parse(node.getInput(slot));
                editor.setInput(
                        node.getName(), slot, entering.computeIfAbsent(value, this::converted));
            }
        }
    }

    private TensorRef converted(TensorRef value) {
        var node = graph.node(value.node());
        if (!FloatTensor.isFloatConst(node)) {
            return Bfloat16.addCast(editor, value);
        }
        var name = editor.freshName(node.getName() + "/bfloat16");
        editor.put(Bfloat16.toConst(name, FloatTensor.of(node)));
        return TensorRef.of(name);
    }

    private void readFloats(NodeDef node) {
        for (int slot = 0; slot < node.getInputCount(); slot++) {
            var value = TensorRef.parse(node.getInput(slot));
            editor.setInput(node.getName(), slot, asFloat(value));
        }
    }

    private TensorRef asFloat(TensorRef value) {
        return region.contains(graph.node(value.node()))
                ? leaving.computeIfAbsent(value, v -> Bfloat16.addCastToFloat(editor, v))
                : value;
    }
}
