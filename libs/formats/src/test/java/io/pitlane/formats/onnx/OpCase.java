package io.pitlane.formats.onnx;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.function.BiFunction;
import org.tensorflow.proto.DataType;

/**
 * One use of an operation.
 *
 * @param name what it shows
 * @param input shape of the tensor it works on, without the batch
 * @param layers adds the operation behind a tensor; returns the name of the result
 */
public record OpCase(String name, long[] input, BiFunction<TestNet, String, String> layers) {
    /** Name of the result in most cases. */
    public static final String RESULT = "y";

    public static OpCase images(String name, BiFunction<TestNet, String, String> layers) {
        return new OpCase(name, new long[] {7, 5, 4}, layers);
    }

    public static OpCase rows(String name, BiFunction<TestNet, String, String> layers) {
        return new OpCase(name, new long[] {9}, layers);
    }

    /** A node of float tensors, named {@value #RESULT}. */
    public static NodeBuilder node(String op, String... inputs) {
        return named(RESULT, op, inputs);
    }

    public static NodeBuilder named(String name, String op, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DataType.DT_FLOAT);
        for (var input : inputs) {
            node.input(input);
        }
        return node;
    }

    /** The operation on the input of the graph. */
    public FlatGraph graph() {
        var net = new TestNet(shape());
        return net.graph(layers.apply(net, "x"));
    }

    /** The operation behind a convolution. */
    public FlatGraph graphBehindConvolution() {
        var net = new TestNet(shape());
        int channels = (int) input[input.length - 1];
        var features = net.conv("before", "x", 1, channels, channels, 1, "NHWC");
        return net.graph(layers.apply(net, features));
    }

    public boolean isOfImages() {
        return input.length == 3;
    }

    private long[] shape() {
        var shape = new long[input.length + 1];
        shape[0] = -1;
        System.arraycopy(input, 0, shape, 1, input.length);
        return shape;
    }

    @Override
    public String toString() {
        return name;
    }
}
