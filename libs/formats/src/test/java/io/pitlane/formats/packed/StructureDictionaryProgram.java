package io.pitlane.formats.packed;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes the dictionary of {@link StructureCodec}: the structure of a network with the usual
 * layers, plain and quantized. The dictionary is part of the format: after a change, no file that
 * was packed before can be read.
 *
 * <pre>{@code
 * StructureDictionaryProgram libs/formats/src/main/resources/io/pitlane/formats/packed/structure.dictionary
 * }</pre>
 */
final class StructureDictionaryProgram {
    private static final float LIMIT = 0.75f;

    private StructureDictionaryProgram() {}

    /** Writes the file that the argument names. */
    public static void main(String[] arguments) throws IOException {
        var structure = ModelContent.of(quantized(network())).structure();
        Files.write(Path.of(arguments[0]), StructureCodec.written(structure).orElseThrow());
    }

    private static FlatGraph network() {
        var net = new SampleNetwork(1);
        var x = net.input("input", -1, 32, 32, 3);
        x = activated(net, "conv2d", net.conv("conv2d", x, 3, 3, 16, 1), 16);
        x = net.pool("max_pooling2d", x);
        var y = net.depthwise("depthwise_conv2d", x, 3, 16, 1);
        y = net.relu6("re_lu", net.batchNorm("batch_normalization", y, 16));
        y = net.conv("conv2d_1", y, 1, 16, 16, 1);
        y = net.plus("add", net.batchNorm("batch_normalization_1", y, 16), x);
        y = net.concat("concatenate", net.relu("re_lu_1", y), x);
        y = activated(net, "conv2d_2", net.conv("conv2d_2", y, 3, 32, 64, 2), 64);
        var flat = net.reshape("flatten", net.pool("max_pooling2d_1", y), -1, 1024);
        var dense = activated(net, "dense", net.dense("dense", flat, 1024, 128), 128);
        dense = activated(net, "dense_1", net.dense("dense_1", dense, 128, 84), 84);
        var scores = net.dense("dense_2", dense, 84, 10);
        scores = net.softmax("softmax", net.bias("dense_2/BiasAdd", scores, 10));
        var average = net.globalAverage("global_average_pooling2d", y);
        return net.output("average", average, -1, 64).output("output", scores, -1, 10).build();
    }

    private static String activated(SampleNetwork net, String name, String x, int channels) {
        return net.relu(name + "/Relu", net.bias(name + "/BiasAdd", x, channels));
    }

    /** Every second kernel with a scale for each channel, the others with one. */
    private static FlatGraph quantized(FlatGraph graph) {
        var editor = graph.edit();
        boolean perChannel = false;
        for (var node : graph.nodes()) {
            var kernel = LayerKernel.of(graph, node);
            if (kernel.isPresent()) {
                var weight = TensorRef.of(kernel.get().name());
                var read =
                        FakeQuantization.add(
                                editor,
                                weight + "/fake_quantization",
                                weight,
                                quantization(kernel.get().values(), perChannel));
                editor.setInput(node.getName(), kernel.get().slot(), read);
                perChannel = !perChannel;
            }
        }
        return editor.build();
    }

    private static Quantization quantization(FloatTensor weights, boolean perChannel) {
        int axis = weights.rank() - 1;
        var limits = new float[(int) weights.shape()[axis]];
        Arrays.fill(limits, LIMIT);
        return perChannel
                ? Quantization.perChannel(limits, axis)
                : new Quantization(5, true, new float[] {LIMIT}, 0, Quantization.PER_TENSOR);
    }
}
