package io.pitlane.formats.export;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.HardActivation;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * Quantizes a float graph: batch norm folded, weights int8 for each output channel, the inputs and
 * outputs of layers and of sums uint8 or int8. The output of a dense layer stays float where no
 * layer reads it.
 */
public final class QuantizedSample {
    private static final Set<String> PASSING =
            Set.of(
                    "MaxPool",
                    "MaxPool3D",
                    "Reshape",
                    "Squeeze",
                    "Pad",
                    "Transpose",
                    "ResizeNearestNeighbor");
    private static final Set<String> KEEPING = Set.of("AvgPool", "ResizeBilinear");
    private static final Set<String> FUNCTIONS =
            Set.of("Mul", "Mean", "Sigmoid", "Tanh", "LeakyRelu");
    private static final Set<String> BIASES = Set.of("BiasAdd");
    private static final Set<String> ACTIVATIONS = Set.of("Relu", "Relu6");

    private final FlatGraph graph;
    private final GraphSession session;
    private final FloatTensor images;
    private final GraphEditor edit;
    private final Map<TensorRef, Quantization> quantized = new LinkedHashMap<>();

    /** Results of operations that keep the values of a quantized tensor. */
    private final Map<TensorRef, Quantization> passed = new HashMap<>();

    private QuantizedSample(FlatGraph graph, GraphSession session, FloatTensor images) {
        this.graph = graph;
        this.session = session;
        this.images = images;
        this.edit = graph.edit();
    }

    /** Quantizes a graph, with limits from these images. */
    public static FlatGraph of(FlatGraph floats, FloatTensor images) {
        var graph = new BatchNormFolding().apply(floats);
        try (var session = GraphSession.open(graph)) {
            return new QuantizedSample(graph, session, images).apply();
        }
    }

    private FlatGraph apply() {
        var inner = new HashSet<String>();
        var ends = new HashMap<String, HardActivation>();
        for (var activation : HardActivation.of(graph)) {
            inner.addAll(activation.nodes());
            ends.put(activation.output().node(), activation);
        }
        for (var node : graph.nodes()) {
            if (inner.contains(node.getName())) {
                Optional.ofNullable(ends.get(node.getName())).ifPresent(this::hard);
                continue;
            }
            var kernel = LayerKernel.of(graph, node);
            if (kernel.isPresent()) {
                layer(kernel.get());
            } else if (Operations.of(node).kind() == Kind.ADDITION) {
                sum(node);
            } else if (FUNCTIONS.contains(node.getOp())) {
                function(node);
            } else if (node.getOp().equals("ConcatV2")) {
                join(node);
            } else if (PASSING.contains(node.getOp())) {
                keep(node, passed);
            } else if (KEEPING.contains(node.getOp())) {
                keep(node, quantized);
            }
        }
        quantized.forEach(this::insert);
        return edit.build();
    }

    private void layer(LayerKernel kernel) {
        var node = kernel.layer();
        quantize(input(node, node.getOp().equals("Conv2DBackpropInput") ? 2 : 0));
        int axis =
                switch (node.getOp()) {
                    case "Conv2D" -> 3;
                    case "Conv3D" -> 4;
                    case "MatMul" -> KernelLayout.isTransposed(node, 1) ? 0 : 1;
                    default -> 2;
                };
        var weights = Quantization.perChannel(limits(kernel.values(), axis), axis);
        quantized.put(TensorRef.of(kernel.name()), weights);
        edit.put(rounded(kernel.values(), weights).toConst(kernel.name()));
        var result = behind(behind(node, BIASES), ACTIVATIONS);
        if (!node.getOp().equals("MatMul") || isReadByLayer(result)) {
            quantize(TensorRef.of(result.getName()));
        }
    }

    /** Twice the largest weight: the integers are at most 64, the sum of two at most 128. */
    private static float[] limits(FloatTensor weights, int axis) {
        var limits = new float[(int) weights.shape()[axis]];
        for (int i = 0; i < weights.values().length; i++) {
            int channel = channel(weights, axis, i);
            limits[channel] = Math.max(limits[channel], 2 * Math.abs(weights.values()[i]));
        }
        return limits;
    }

    private static FloatTensor rounded(FloatTensor weights, Quantization quantization) {
        var rounded = new float[weights.values().length];
        for (int i = 0; i < rounded.length; i++) {
            int channel = channel(weights, quantization.axis(), i);
            int integer = quantization.quantize(weights.values()[i], channel);
            rounded[i] = quantization.dequantize(integer, channel);
        }
        return new FloatTensor(rounded, weights.shape());
    }

    private static int channel(FloatTensor weights, int axis, int index) {
        int inner = 1;
        for (int i = axis + 1; i < weights.rank(); i++) {
            inner *= (int) weights.shape()[i];
        }
        return index / inner % (int) weights.shape()[axis];
    }

    private void sum(NodeDef node) {
        for (int slot = 0; slot < node.getInputCount(); slot++) {
            if (!graph.input(node, slot).getOp().equals("Const")) {
                quantize(input(node, slot));
            }
        }
        quantize(TensorRef.of(behind(node, ACTIVATIONS).getName()));
    }

    /** A function of quantized tensors. */
    private void function(NodeDef node) {
        var result = TensorRef.of(node.getName());
        boolean isQuantized =
                node.getInputList().stream()
                        .map(TensorRef::parse)
                        .filter(input -> !graph.node(input.node()).getOp().equals("Const"))
                        .allMatch(input -> of(input) != null);
        if (!isQuantized) {
            return;
        }
        switch (node.getOp()) {
            case "Sigmoid" -> quantized.put(result, Quantization.unsigned(255 / 256f, 0));
            case "Tanh" -> quantized.put(result, Quantization.unsigned(255 / 128f, 128));
            default -> quantize(TensorRef.of(behind(node, ACTIVATIONS).getName()));
        }
    }

    /** In steps of which 0.5 is one: half-way between two integers, engines may differ. */
    private void hard(HardActivation activation) {
        if (of(activation.input()) == null) {
            return;
        }
        if (activation.swish()) {
            quantize(activation.output());
        } else {
            quantized.put(activation.output(), Quantization.unsigned(255 / 256f, 0));
        }
    }

    private void keep(NodeDef node, Map<TensorRef, Quantization> results) {
        var quantization = of(input(node, 0));
        if (quantization != null) {
            results.put(TensorRef.of(node.getName()), quantization);
        }
    }

    private void join(NodeDef node) {
        var parts =
                IntStream.range(0, node.getInputCount() - 1)
                        .mapToObj(slot -> Optional.ofNullable(of(input(node, slot))))
                        .distinct()
                        .toList();
        if (parts.size() == 1) {
            parts.get(0).ifPresent(one -> passed.put(TensorRef.of(node.getName()), one));
        }
    }

    private Quantization of(TensorRef tensor) {
        return quantized.getOrDefault(tensor, passed.get(tensor));
    }

    private void quantize(TensorRef tensor) {
        if (of(tensor) != null) {
            return;
        }
        float min = 0;
        float max = 0;
        for (float value : session.run(images, tensor).values()) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        boolean isInput = graph.node(tensor.node()).getOp().equals("Placeholder");
        quantized.put(
                tensor,
                min == 0 || isInput
                        ? Quantization.unsigned(
                                max - min, (int) Math.rint(-min / (max - min) * 255))
                        : Quantization.signed(Math.max(-min, max)));
    }

    /** The only consumer of a node, if it is one of these operations; else the node. */
    private NodeDef behind(NodeDef node, Set<String> operations) {
        var uses = graph.uses(node.getName());
        return uses.size() == 1 && operations.contains(uses.get(0).consumer().getOp())
                ? uses.get(0).consumer()
                : node;
    }

    private boolean isReadByLayer(NodeDef node) {
        return graph.uses(node.getName()).stream()
                .anyMatch(use -> LayerKernel.of(graph, use.consumer()).isPresent());
    }

    private static TensorRef input(NodeDef node, int slot) {
        return TensorRef.parse(node.getInput(slot));
    }

    private void insert(TensorRef tensor, Quantization quantization) {
        var name = tensor.node() + "/quantized";
        edit.redirect(tensor, TensorRef.of(name));
        FakeQuantization.add(edit, name, tensor, quantization);
    }
}
