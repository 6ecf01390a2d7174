package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.GridOperations;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A quantized graph whose fake quantizations are switched on and off by a value that is fed, so
 * that one session measures every combination of them.
 *
 * <p>A weight that is switched off is the float graph's; so is a bias that quantization corrected,
 * which has the switch of its layer's weights.
 */
final class SwitchableGraph {
    private static final String SWITCHES = "pitlane/switches";
    private static final String EACH = SWITCHES + "/each";
    private static final String BRANCH = "Switch";

    private final FlatGraph floats;
    private final FlatGraph quantized;
    private final GraphEditor editor;
    private final List<String> switches = new ArrayList<>();
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final FlatGraph graph;

    /**
     * The quantizers of one layer, by the names of their fake quantizations.
     *
     * @param name of the layer
     * @param weights of its weights
     * @param activations of the tensors that it reads and gives
     * @param output the tensor that it gives, before it is quantized
     */
    record Layer(String name, String weights, Set<String> activations, TensorRef output) {
        Layer {
            activations = Set.copyOf(activations);
        }

        /** All of them. */
        Set<String> quantizers() {
            var all = new HashSet<>(activations);
            all.add(weights);
            return all;
        }
    }

    /**
     * Makes the quantizers of a graph switchable.
     *
     * @param floats the float graph that the other was made from; its layers have the same names
     * @param quantized with fake quantizations
     */
    SwitchableGraph(FlatGraph floats, FlatGraph quantized) {
        this.floats = floats;
        this.quantized = quantized;
        this.editor = quantized.edit();
        quantized.nodes().stream().filter(this::isQuantizer).forEach(this::addSwitch);
        quantized.nodes().stream().filter(this::isQuantizedLayer).forEach(this::addLayer);
        quantized.nodes().forEach(this::switchCorrection);
        addInput();
        this.graph = editor.build();
    }

    /** The graph; {@link #on} must be fed. */
    FlatGraph graph() {
        return graph;
    }

    /** The quantized layers, in the order of the graph. */
    List<Layer> layers() {
        return List.copyOf(layers.values());
    }

    /** The names of all fake quantizations. */
    Set<String> quantizers() {
        return Set.copyOf(switches);
    }

    /** The fake quantizations that are left where some layers are float. */
    Set<String> but(Collection<String> floatLayers) {
        var left = new HashSet<>(switches);
        for (var layer : layers.values()) {
            if (floatLayers.contains(layer.name())) {
                left.removeAll(layer.quantizers());
            }
        }
        for (var layer : layers.values()) {
            if (!floatLayers.contains(layer.name())) {
                left.addAll(layer.quantizers());
            }
        }
        return left;
    }

    /** What is fed for these fake quantizations to be on, and the others to be off. */
    ModelInputs.InputValue on(Set<String> quantizers) {
        var values = new float[Math.max(1, switches.size())];
        for (int i = 0; i < switches.size(); i++) {
            values[i] = quantizers.contains(switches.get(i)) ? 1 : 0;
        }
        var port =
                new GraphSignature.Port(
                        SWITCHES,
                        TensorRef.of(SWITCHES),
                        DataType.DT_BOOL,
                        List.of((long) values.length));
        return new ModelInputs.InputValue(port, new FloatTensor(values, values.length));
    }

    private boolean isQuantizer(NodeDef node) {
        return FakeQuantization.of(quantized, node).isPresent();
    }

    private boolean isQuantizedLayer(NodeDef node) {
        return weights(node).isPresent();
    }

    /** The fake quantization of a layer's weights. */
    private Optional<NodeDef> weights(NodeDef node) {
        return Operations.of(node).kind() == Kind.LAYER && node.getInputCount() > 1
                ? Optional.of(quantized.input(node, 1)).filter(this::isQuantizer)
                : Optional.empty();
    }

    private void addSwitch(NodeDef quantizer) {
        var name = quantizer.getName();
        switches.add(name);
        if (FloatTensor.isFloatConst(quantized.input(quantizer, 0))) {
            addSelect(name, TensorRef.of(name), floatWeights(quantizer));
        } else {
            addBranch(name);
        }
    }

    /** A quantizer of what depends on the images is not computed when it is off. */
    private void addBranch(String quantizer) {
        var branch = editor.freshName(quantizer + "/branch");
        var joined = editor.freshName(quantizer + "/switched");
        // As edited: what another quantizer gives is switched already.
        var source = TensorRef.parse(editor.node(quantizer).getInput(0));
        editor.put(
                NodeBuilder.of(BRANCH, branch)
                        .input(source)
                        .input(new TensorRef(EACH, switches.indexOf(quantizer)))
                        .type("T", DataType.DT_FLOAT)
                        .build());
        editor.redirect(TensorRef.of(quantizer), TensorRef.of(joined));
        editor.setInput(quantizer, 0, new TensorRef(branch, 1));
        editor.put(
                NodeBuilder.of("Merge", joined)
                        .input(new TensorRef(branch, 0))
                        .input(TensorRef.of(quantizer))
                        .type("T", DataType.DT_FLOAT)
                        .integer("N", 2)
                        .build());
    }

    /**
     * A tensor that has a value whatever is on: itself, or for one within a switched quantizer what
     * the quantizer reads.
     */
    TensorRef unswitched(TensorRef tensor) {
        var node = graph.node(tensor.node());
        if (node.getOp().equals(BRANCH)) {
            return unswitched(TensorRef.parse(node.getInput(0)));
        }
        return switches.contains(tensor.node())
                ? unswitched(TensorRef.parse(node.getInput(0)))
                : tensor;
    }

    private TensorRef floatWeights(NodeDef quantizer) {
        var use = quantized.uses(quantizer.getName()).get(0);
        var constant = floats.input(floats.node(use.consumer().getName()), use.slot());
        return floatConstant(quantizer.getName(), constant);
    }

    private TensorRef floatConstant(String name, NodeDef constant) {
        var copy = editor.freshName(name + "/float");
        editor.put(constant.toBuilder().setName(copy).build());
        return TensorRef.of(copy);
    }

    /** Everything that reads {@code on} reads what the switch selects. */
    private void addSelect(String quantizer, TensorRef on, TensorRef off) {
        var name = editor.freshName(on.node() + "/switched");
        editor.redirect(on, TensorRef.of(name));
        editor.put(
                NodeBuilder.of("Select", name)
                        .input(new TensorRef(EACH, switches.indexOf(quantizer)))
                        .input(on)
                        .input(off)
                        .type("T", DataType.DT_FLOAT)
                        .build());
    }

    private void addLayer(NodeDef node) {
        var activations = new HashSet<String>();
        before(node).map(NodeDef::getName).ifPresent(activations::add);
        var behind = behind(node);
        behind.map(NodeDef::getName).ifPresent(activations::add);
        layers.put(
                node.getName(),
                new Layer(
                        node.getName(),
                        weights(node).orElseThrow().getName(),
                        activations,
                        behind.map(quantizer -> TensorRef.parse(quantizer.getInput(0)))
                                .orElse(TensorRef.of(node.getName()))));
    }

    private int dataSlot(NodeDef layer) {
        return layer.getInputCount() > 2 ? 2 : 0;
    }

    /** The fake quantization that a layer's input comes from, directly or pooled and moved. */
    private Optional<NodeDef> before(NodeDef layer) {
        var node = quantized.input(layer, dataSlot(layer));
        while (!isQuantizer(node) && GridOperations.contains(node)) {
            node = quantized.input(node, 0);
        }
        return Optional.of(node).filter(this::isQuantizer);
    }

    /** The fake quantization of what a layer gives, after its bias and activation. */
    private Optional<NodeDef> behind(NodeDef layer) {
        var node = layer;
        while (true) {
            var uses = quantized.uses(node.getName());
            var quantizer =
                    uses.stream()
                            .map(FlatGraph.Use::consumer)
                            .filter(this::isQuantizer)
                            .findFirst();
            if (quantizer.isPresent()) {
                return quantizer;
            }
            if (uses.size() != 1 || isQuantizedLayer(uses.get(0).consumer())) {
                return Optional.empty();
            }
            node = uses.get(0).consumer();
        }
    }

    /** A constant behind a layer that is not the float graph's: its corrected or added bias. */
    private void switchCorrection(NodeDef constant) {
        if (!FloatTensor.isFloatConst(constant)
                || floats.find(constant.getName()).filter(constant::equals).isPresent()) {
            return;
        }
        quantized.uses(constant.getName()).stream()
                .filter(use -> use.slot() > 0 && !isQuantizer(use.consumer()))
                .flatMap(use -> layerBefore(use.consumer()).stream())
                .findFirst()
                .ifPresent(
                        layer ->
                                addSelect(
                                        layer.weights(),
                                        TensorRef.of(constant.getName()),
                                        floatConstant(constant.getName(), uncorrected(constant))));
    }

    /** What the float graph has, or adds where it has no such constant. */
    private NodeDef uncorrected(NodeDef constant) {
        return floats.find(constant.getName())
                .orElseGet(() -> FloatTensor.of(constant).map(v -> 0).toConst(constant.getName()));
    }

    private Optional<Layer> layerBefore(NodeDef node) {
        var source = quantized.input(node, 0);
        while (!layers.containsKey(source.getName())) {
            if (source.getInputCount() == 0 || isQuantizer(source)) {
                return Optional.empty();
            }
            source = quantized.input(source, 0);
        }
        return Optional.of(layers.get(source.getName()));
    }

    private void addInput() {
        int count = Math.max(1, switches.size());
        editor.put(
                NodeBuilder.of("Placeholder", SWITCHES)
                        .type("dtype", DataType.DT_BOOL)
                        .shape("shape", count)
                        .build());
        editor.put(
                NodeBuilder.of("Unpack", EACH)
                        .input(SWITCHES)
                        .integer("num", count)
                        .integer("axis", 0)
                        .type("T", DataType.DT_BOOL)
                        .build());
    }
}
