package io.pitlane.prune.latency;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.LayerKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/**
 * A convolution, depthwise convolution or dense layer with the sizes that its latency depends on.
 *
 * @param layer gives the operation and its attributes, such as strides
 * @param input shape of what it reads, for one image
 * @param kernel shape of its kernel
 */
record LayerWorkload(NodeDef layer, List<Long> input, List<Long> kernel) {
    private static final VersionDef VERSIONS = VersionDef.newBuilder().setProducer(1882).build();
    private static final double WEIGHTS = 0.1;
    private static final String INPUT = "input";
    private static final String KERNEL = "kernel";

    LayerWorkload {
        input = List.copyOf(input);
        kernel = List.copyOf(kernel);
    }

    /**
     * That of a layer as it is.
     *
     * @param input shape of what it reads, for one image
     * @return empty for kinds of layers that are not measured: grouped and transposed convolutions,
     *     products of more than two dimensions
     */
    static Optional<LayerWorkload> of(LayerKernel kernel, long[] input) {
        var layer = kernel.layer();
        var sizes = Arrays.stream(kernel.values().shape()).boxed().toList();
        var workload = new LayerWorkload(layer, Arrays.stream(input).boxed().toList(), sizes);
        return workload.isSupported() && kernel.slot() == 1
                ? Optional.of(workload)
                : Optional.empty();
    }

    private boolean isSupported() {
        return switch (layer.getOp()) {
            case "Conv2D", "DepthwiseConv2dNative" ->
                    input.size() == 4
                            && Attributes.of(layer).channelsLast()
                            && input.get(3).equals(kernel.get(2));
            case "MatMul" -> input.size() == 2 && !flag("transpose_a") && !flag("transpose_b");
            default -> false;
        };
    }

    private boolean flag(String attribute) {
        return Attributes.of(layer).bool(attribute, false);
    }

    /** The axis of the kernel along which the channels are that the layer reads. */
    private int inputAxis() {
        return kernel.size() - 2;
    }

    /**
     * The same layer with another number of channels along one axis of its kernel.
     *
     * @param axis of the kernel
     */
    LayerWorkload with(int axis, long channels) {
        var newKernel = new ArrayList<>(kernel);
        newKernel.set(axis, channels);
        var newInput = new ArrayList<>(input);
        if (axis == inputAxis()) {
            newInput.set(input.size() - 1, channels);
        }
        return new LayerWorkload(layer, newInput, newKernel);
    }

    /** All that the latency depends on, the same for layers of different names. */
    String key() {
        var attributes =
                Stream.of("strides", "dilations", "padding", "explicit_paddings")
                        .filter(layer::containsAttr)
                        .map(name -> name + " " + attribute(name))
                        .collect(Collectors.joining(", "));
        return "%s %s * %s%s"
                .formatted(
                        layer.getOp(),
                        joined(input),
                        joined(kernel),
                        attributes.isEmpty() ? "" : ", " + attributes);
    }

    private String attribute(String name) {
        var attribute = layer.getAttrOrThrow(name);
        return attribute.hasList()
                ? joined(attribute.getList().getIList())
                : attribute.getS().toStringUtf8();
    }

    private static String joined(List<Long> sizes) {
        return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    /** A model of this layer alone, whose output is small: the mean over the image. */
    FlatGraph model() {
        var nodes = inputNodes();
        var random = new Random(1);
        var values =
                new float
                        [(int)
                                kernel.stream()
                                        .mapToLong(Long::longValue)
                                        .reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (WEIGHTS * random.nextGaussian());
        }
        var shape = kernel.stream().mapToLong(Long::longValue).toArray();
        nodes.add(new FloatTensor(values, shape).toConst(KERNEL));
        nodes.add(
                NodeDef.newBuilder(layer)
                        .setName("layer")
                        .clearInput()
                        .addInput(INPUT)
                        .addInput(KERNEL)
                        .build());
        return graph(nodes, "layer");
    }

    /** The same without the layer: what reading the input and the call itself take. */
    FlatGraph baseline() {
        return graph(inputNodes(), INPUT);
    }

    private List<NodeDef> inputNodes() {
        return new ArrayList<>(
                List.of(
                        NodeBuilder.of("Placeholder", INPUT)
                                .type("dtype", DT_FLOAT)
                                .shape("shape", batched())
                                .build()));
    }

    private long[] batched() {
        var shape = input.stream().mapToLong(Long::longValue).toArray();
        shape[0] = -1;
        return shape;
    }

    private FlatGraph graph(List<NodeDef> nodes, String tensor) {
        boolean isImage = input.size() == 4;
        if (isImage) {
            nodes.add(NodeBuilder.intVector("axes", 1, 2));
        } else {
            nodes.add(NodeBuilder.intVector("axes", 1));
        }
        nodes.add(
                NodeBuilder.of("Mean", "mean")
                        .input(tensor)
                        .input("axes")
                        .type("T", DT_FLOAT)
                        .type("Tidx", DT_INT32)
                        .bool("keep_dims", !isImage)
                        .build());
        var in =
                new Port(
                        INPUT,
                        TensorRef.of(INPUT),
                        DT_FLOAT,
                        Arrays.stream(batched()).boxed().toList());
        var out = new Port("mean", TensorRef.of("mean"), DT_FLOAT, null);
        var signature = new GraphSignature("serving_default", List.of(in), List.of(out));
        return GraphEditor.of(nodes, signature, VERSIONS).build();
    }

    /** One image to call the models with. */
    FloatTensor image() {
        var random = new Random(2);
        int size = (int) input.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat();
        }
        return new FloatTensor(values, input.stream().mapToLong(Long::longValue).toArray());
    }
}
