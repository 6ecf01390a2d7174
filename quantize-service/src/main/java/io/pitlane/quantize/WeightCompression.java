package io.pitlane.quantize;

import io.pitlane.analysis.LayerPatterns;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.pass.BatchNormFolding;
import io.pitlane.graph.quantization.Bfloat16Graph;
import io.pitlane.graph.quantization.Bfloat16Region;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Schemes that need no images. The kernel of every layer is rounded, whatever the layer; biases,
 * activations and arithmetic stay float. Weights that are integers then are read through a fake
 * quantization. In bfloat16, the layers that have kernels of it round their activations too.
 */
final class WeightCompression {
    private static final String SUFFIX = "/fake_quantization";

    private final QuantizeStep options;
    private final WeightRounding rounding;

    WeightCompression(QuantizeStep options) {
        this.options = options;
        this.rounding =
                switch (options.scheme()) {
                    case WEIGHT_ONLY -> new IntegerWeights(options.weights());
                    case PIECEWISE_LINEAR -> new PiecewiseLinearWeights(options.weights());
                    case WEIGHT_SHARING -> new SharedWeights(options.weights());
                    case BFLOAT16 -> new Bfloat16Weights();
                    case INT8, POWER_OF_TWO, ENTROPY ->
                            throw new IllegalArgumentException(
                                    options.scheme() + " is not for weights after training");
                };
    }

    /** The graph with rounded weights, batch norm folded; layers already quantized stay so. */
    QuantizedModel compress(FlatGraph graph) {
        var folded = new BatchNormFolding().apply(unrounded(graph));
        var leftFloat = LayerPatterns.matching(folded, "quantize.float", options.floatLayers());
        var layers =
                folded.nodes().stream()
                        .flatMap(node -> LayerKernel.of(folded, node).stream())
                        .filter(kernel -> isFloat(folded, kernel))
                        .toList();
        var compressed =
                layers.stream()
                        .filter(kernel -> !leftFloat.contains(kernel.layer().getName()))
                        .toList();
        var editor = folded.edit();
        byConstant(compressed).forEach((name, kernels) -> round(folded, editor, name, kernels));
        var note =
                "%d of %d layers with %s"
                        .formatted(compressed.size(), layers.size(), rounding.description());
        var weights = editor.build();
        return options.scheme() == Scheme.BFLOAT16
                ? withActivations(weights, folded, names(compressed), note)
                : new QuantizedModel(
                        weights, folded, List.of(note + "; activations are float"), List.of());
    }

    /** Activations that are rounded to bfloat16 are rounded anew. */
    private FlatGraph unrounded(FlatGraph graph) {
        return options.scheme() == Scheme.BFLOAT16 ? Bfloat16Graph.of(graph).floats() : graph;
    }

    private static Set<String> names(List<LayerKernel> kernels) {
        return kernels.stream()
                .map(kernel -> kernel.layer().getName())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static QuantizedModel withActivations(
            FlatGraph weights, FlatGraph folded, Set<String> rounded, String note) {
        var layers = new HashSet<>(Bfloat16Region.supported(weights));
        layers.retainAll(rounded);
        var activations =
                "%s; %d of them compute in bfloat16 on TensorFlow, all others in float"
                        .formatted(note, layers.size());
        return new QuantizedModel(
                new Bfloat16Graph(weights, layers).simulated(),
                folded,
                List.of(activations),
                List.of());
    }

    private static boolean isFloat(FlatGraph graph, LayerKernel kernel) {
        return graph.input(kernel.layer(), kernel.slot()).getOp().equals("Const");
    }

    private static Map<String, List<LayerKernel>> byConstant(List<LayerKernel> kernels) {
        return kernels.stream()
                .collect(
                        Collectors.groupingBy(
                                LayerKernel::name, LinkedHashMap::new, Collectors.toList()));
    }

    /** Layers that share a kernel share the rounded one; what else reads it does not. */
    private void round(
            FlatGraph graph, GraphEditor editor, String name, List<LayerKernel> kernels) {
        var rounded = rounding.round(kernels.get(0).values(), axis(kernels.get(0)));
        boolean isShared = graph.uses(name).size() > kernels.size();
        var constant = isShared ? editor.freshName(name + "/rounded") : name;
        editor.put(rounded.values().toConst(constant));
        var read =
                rounded.quantization()
                        .map(q -> fakeQuantized(editor, constant, q))
                        .orElse(TensorRef.of(constant));
        kernels.forEach(kernel -> editor.setInput(kernel.layer().getName(), kernel.slot(), read));
    }

    private static TensorRef fakeQuantized(
            GraphEditor editor, String constant, Quantization quantization) {
        var name = editor.freshName(constant + SUFFIX);
        return FakeQuantization.add(editor, name, TensorRef.of(constant), quantization);
    }

    private static int axis(LayerKernel kernel) {
        var operation = Operations.of(kernel.layer());
        return operation.isDepthwise()
                ? kernel.rank() - 2
                : operation
                        .kernel()
                        .orElseThrow()
                        .outputAxis(kernel.layer(), kernel.slot(), kernel.rank())
                        .orElse(Quantization.PER_TENSOR);
    }
}
