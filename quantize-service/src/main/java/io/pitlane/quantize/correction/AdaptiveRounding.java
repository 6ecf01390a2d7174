package io.pitlane.quantize.correction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.quantization.Corrections.AdaRound;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.DataType;

/**
 * Learns how the weights of each layer are rounded, layer after layer in the graph's order: a layer
 * reads what the quantized layers before it compute, and should give what the float graph gives
 * ({@link RoundingOptimizer}).
 */
final class AdaptiveRounding {
    private final AdaRound options;
    private final FlatGraph floats;
    private final Iterable<FloatTensor> batches;
    private final InputSpec input;
    private final long seed;
    private final InferredShapes shapes;

    /**
     * A correction.
     *
     * @param floats the float graph, batch norm folded
     * @param batches images, as the model takes them
     * @param seed of the samples and of their order
     */
    AdaptiveRounding(
            AdaRound options,
            FlatGraph floats,
            Iterable<FloatTensor> batches,
            InputSpec input,
            long seed) {
        this.options = options;
        this.floats = floats;
        this.batches = batches;
        this.input = input;
        this.seed = seed;
        this.shapes = InferredShapes.of(floats);
    }

    /**
     * The graph with weights rounded again.
     *
     * @param layer of the float graph, quantized in the other; grouped and transposed convolutions,
     *     and layers whose weights have no uniform quantization, stay as they are
     */
    FlatGraph apply(FlatGraph quantized, FusedLayer layer) {
        var kernel = QuantizedKernel.of(quantized, layer.name());
        return kernel.quantization()
                .filter(Quantization::signed)
                .filter(quantization -> isSupported(layer))
                .map(quantization -> apply(quantized, layer, kernel, quantization))
                .orElse(quantized);
    }

    private boolean isSupported(FusedLayer layer) {
        var channels = KernelChannels.of(layer);
        return switch (layer.product().getOp()) {
            case "MatMul" -> true;
            case "Conv2D" -> shapes.of(layer.input()).get(3) == channels.inputs();
            case "DepthwiseConv2dNative" -> channels.inputs() == channels.outputs();
            default -> false;
        };
    }

    private FlatGraph apply(
            FlatGraph quantized,
            FusedLayer layer,
            QuantizedKernel kernel,
            Quantization quantization) {
        var matrix = new KernelMatrix(layer);
        var random = new Random(seed ^ layer.name().hashCode());
        var samples = samples(quantized, layer, random);
        if (samples.size() < 2) {
            return quantized;
        }
        var rounded =
                new RoundingOptimizer(
                                options,
                                matrix.of(layer.weights().values()),
                                quantization,
                                layer.bias().values().length)
                        .optimize(samples, random);
        return quantized
                .edit()
                .put(
                        new FloatTensor(matrix.back(rounded), layer.weights().shape())
                                .toConst(kernel.constant()))
                .build();
    }

    private ReconstructionSamples samples(FlatGraph quantized, FusedLayer layer, Random random) {
        var reservoir = new SampleReservoir(layer, random);
        var read = TensorRef.parse(quantized.node(layer.name()).getInput(0));
        var product = TensorRef.of(layer.name());
        try (var actual = GraphSession.open(only(quantized, read), input);
                var wanted = GraphSession.open(only(floats, product), input)) {
            for (var batch : batches) {
                reservoir.add(actual.run(batch, read), wanted.run(batch, product));
            }
        }
        return reservoir.samples();
    }

    /** What a tensor depends on. */
    private static FlatGraph only(FlatGraph graph, TensorRef tensor) {
        var port = new GraphSignature.Port("tensor", tensor, DataType.DT_FLOAT, null);
        return graph.edit().outputs(List.of(port)).build();
    }
}
