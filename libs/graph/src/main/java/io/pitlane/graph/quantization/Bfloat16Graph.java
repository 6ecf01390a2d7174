package io.pitlane.graph.quantization;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * A graph whose layers compute in bfloat16, taken apart: the float graph, and the layers that read
 * rounded values. {@link #simulated} puts it together: a graph of float32 operations that rounds
 * what kernels of bfloat16 round, up to the order in which they add.
 *
 * @param floats the graph without the rounding of activations; its other nodes keep their names
 * @param layers names of the layers
 */
public record Bfloat16Graph(FlatGraph floats, Set<String> layers) {

    public Bfloat16Graph {
        layers = Set.copyOf(layers);
    }

    /** Takes a graph apart; where nothing is rounded to bfloat16, the graph is the same. */
    public static Bfloat16Graph of(FlatGraph graph) {
        var editor = graph.edit();
        var rounded = new HashSet<String>();
        for (var node : graph.nodes()) {
            if (Bfloat16.isRounding(graph, node)) {
                graph.uses(node.getName()).forEach(use -> rounded.add(use.consumer().getName()));
                var cast = editor.node(node.getName()).getInput(0);
                editor.redirect(
                        TensorRef.of(node.getName()),
                        TensorRef.parse(editor.node(cast).getInput(0)));
            }
        }
        if (rounded.isEmpty()) {
            return new Bfloat16Graph(graph, Set.of());
        }
        var floats = editor.build();
        var layers = new HashSet<>(Bfloat16Region.supported(floats));
        layers.retainAll(rounded);
        return new Bfloat16Graph(floats, layers);
    }

    /** Whether no layer computes in bfloat16. */
    public boolean isEmpty() {
        return layers.isEmpty();
    }

    /** What computes in bfloat16 in this graph. */
    public Bfloat16Region region() {
        return Bfloat16Region.of(floats, layers);
    }

    /** The graph with rounded constants, and rounding at the layers' inputs and stored results. */
    public FlatGraph simulated() {
        var region = region();
        var editor = floats.edit();
        var roundings = new HashMap<TensorRef, TensorRef>();
        for (var node : region.nodes()) {
            for (int slot : region.valueSlots(node)) {
                if (FloatTensor.isFloatConst(floats.input(node, slot))) {
                    roundConstant(editor, region, node, slot);
                } else if (slot == 0 && layers.contains(node.getName())) {
                    var input = TensorRef.parse(node.getInput(0));
                    var read = roundings.computeIfAbsent(input, tensor -> rounded(editor, tensor));
                    editor.setInput(node.getName(), 0, read);
                }
            }
        }
        for (var node : region.nodes()) {
            if (region.stores(node)) {
                var stored = TensorRef.of(node.getName());
                roundings.computeIfAbsent(stored, tensor -> rounded(editor, tensor));
                for (var use : floats.uses(stored)) {
                    editor.setInput(use.consumer().getName(), use.slot(), roundings.get(stored));
                }
            }
        }
        return editor.outputs(
                        floats.signature().outputs().stream()
                                .map(port -> port.at(rounded(region, roundings, port.tensor())))
                                .toList())
                .build();
    }

    private TensorRef rounded(
            Bfloat16Region region, Map<TensorRef, TensorRef> roundings, TensorRef output) {
        var node = floats.node(output.node());
        return region.contains(node) && region.stores(node) ? roundings.get(output) : output;
    }

    private void roundConstant(GraphEditor editor, Bfloat16Region region, NodeDef node, int slot) {
        var constant = floats.input(node, slot);
        var values = FloatTensor.of(constant);
        var rounded = Bfloat16.rounded(values);
        if (rounded.equals(values)) {
            return;
        }
        var name = constant.getName();
        if (!floats.uses(name).stream().allMatch(use -> region.contains(use.consumer()))) {
            name = editor.freshName(name + "/rounded");
            editor.setInput(node.getName(), slot, TensorRef.of(name));
        }
        editor.put(rounded.toConst(name));
    }

    private static TensorRef rounded(GraphEditor editor, TensorRef tensor) {
        return Bfloat16.addCastToFloat(editor, Bfloat16.addCast(editor, tensor));
    }
}
