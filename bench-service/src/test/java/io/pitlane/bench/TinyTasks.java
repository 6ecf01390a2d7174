package io.pitlane.bench;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

/** Models of every task with known outputs for an image of 8x8 pixels. */
final class TinyTasks {
    static final int SIZE = 8;

    private TinyTasks() {}

    /**
     * The class of a pixel is that of its brightest channel.
     *
     * @param channels which channel the score of each class is read from
     */
    static FlatGraph segmenter(int... channels) {
        return segmenter(SIZE, channels);
    }

    /** The same for images of this size, -1 for any. */
    static FlatGraph segmenter(long size, int... channels) {
        var kernel = new float[9];
        for (int c = 0; c < 3; c++) {
            kernel[channels[c] * 3 + c] = 1;
        }
        return graph(
                List.of(port("image", DT_FLOAT, -1, size, size, 3)),
                List.of(
                        port("ids", DT_INT64, -1, size, size),
                        port("pixels", DT_FLOAT, -1, size, size, 3)),
                input("image", -1, size, size, 3),
                new FloatTensor(kernel, 1, 1, 3, 3).toConst("kernel"),
                conv("pixels", "image", "kernel"),
                integer("axis", 3),
                argMax("ids", "pixels", "axis"));
    }

    /** The class of an image is that of its brightest channel; the only output is its index. */
    static FlatGraph classNumber(int... channels) {
        var kernel = new float[9];
        for (int c = 0; c < 3; c++) {
            kernel[channels[c] * 3 + c] = 1;
        }
        return graph(
                List.of(port("image", DT_FLOAT, -1, SIZE, SIZE, 3)),
                List.of(port("class", DT_INT64, -1)),
                input("image", -1, SIZE, SIZE, 3),
                NodeBuilder.intVector("space", 1, 2),
                mean("mean", "image", "space"),
                new FloatTensor(kernel, 3, 3).toConst("kernel"),
                op("MatMul", "scores", "mean", "kernel"),
                integer("axis", 1),
                argMax("class", "scores", "axis"));
    }

    /**
     * Two values: the means of red and of green, times a factor that is an input of its own, plus
     * an offset.
     */
    static FlatGraph regression(float offset) {
        return graph(
                List.of(port("image", DT_FLOAT, -1, SIZE, SIZE, 3), port("keep_prob", DT_FLOAT)),
                List.of(port("values", DT_FLOAT, -1, 2)),
                input("image", -1, SIZE, SIZE, 3),
                input("keep_prob"),
                NodeBuilder.intVector("space", 1, 2),
                mean("mean", "image", "space"),
                new FloatTensor(new float[] {1, 0, 0, 1, 0, 0}, 3, 2).toConst("kernel"),
                op("MatMul", "product", "mean", "kernel"),
                op("Mul", "kept", "product", "keep_prob"),
                new FloatTensor(new float[] {offset, offset}, 2).toConst("offset"),
                op("AddV2", "values", "kept", "offset"));
    }

    /**
     * Finds the same two boxes in every image, the left half and the lower right quarter, of class
     * 1 and 2 in the API's count from 1.
     *
     * @param shift to the right of the first box, as a share of the image
     */
    static FlatGraph detector(float shift) {
        float[] boxes = {0, shift, 1, 0.5f + shift, 0.5f, 0.5f, 1, 1};
        var nodes = new ArrayList<NodeDef>();
        nodes.add(input("image", -1, SIZE, SIZE, 3));
        nodes.add(NodeBuilder.intVector("space", 1, 2));
        nodes.add(mean("mean", "image", "space"));
        addSame("flat_boxes", boxes, nodes);
        nodes.add(NodeBuilder.intVector("shape", -1, 2, 4));
        nodes.add(
                NodeBuilder.of("Reshape", "detection_boxes")
                        .input("flat_boxes")
                        .input("shape")
                        .type("T", DT_FLOAT)
                        .type("Tshape", DT_INT32)
                        .build());
        addSame("detection_scores", new float[] {0.9f, 0.8f}, nodes);
        addSame("detection_classes", new float[] {1, 2}, nodes);
        return graph(
                List.of(port("image", DT_FLOAT, -1, SIZE, SIZE, 3)),
                List.of(
                        port("detection_boxes", DT_FLOAT, -1, 2, 4),
                        port("detection_classes", DT_FLOAT, -1, 2),
                        port("detection_scores", DT_FLOAT, -1, 2)),
                nodes.toArray(NodeDef[]::new));
    }

    /** The same values for every image. */
    private static void addSame(String name, float[] values, List<NodeDef> nodes) {
        nodes.add(
                new FloatTensor(new float[3 * values.length], 3, values.length)
                        .toConst(name + "/w"));
        nodes.add(op("MatMul", name + "/nothing", "mean", name + "/w"));
        nodes.add(new FloatTensor(values, values.length).toConst(name + "/b"));
        nodes.add(op("AddV2", name, name + "/nothing", name + "/b"));
    }

    private static FlatGraph graph(
            List<GraphSignature.Port> inputs, List<GraphSignature.Port> outputs, NodeDef... nodes) {
        return GraphEditor.of(
                        Stream.of(nodes).toList(),
                        new GraphSignature("serving_default", inputs, outputs),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private static GraphSignature.Port port(String name, DataType type, long... shape) {
        return new GraphSignature.Port(
                name, TensorRef.of(name), type, Arrays.stream(shape).boxed().toList());
    }

    private static NodeDef input(String name, long... shape) {
        return NodeBuilder.of("Placeholder", name)
                .type("dtype", DT_FLOAT)
                .shape("shape", shape)
                .build();
    }

    private static NodeDef op(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        Arrays.stream(inputs).forEach(node::input);
        return node.build();
    }

    private static NodeDef conv(String name, String image, String kernel) {
        return NodeBuilder.of("Conv2D", name)
                .input(image)
                .input(kernel)
                .type("T", DT_FLOAT)
                .ints("strides", 1L, 1L, 1L, 1L)
                .string("padding", "SAME")
                .build();
    }

    private static NodeDef mean(String name, String image, String axes) {
        return NodeBuilder.of("Mean", name)
                .input(image)
                .input(axes)
                .type("T", DT_FLOAT)
                .type("Tidx", DT_INT32)
                .build();
    }

    private static NodeDef argMax(String name, String scores, String axis) {
        return NodeBuilder.of("ArgMax", name)
                .input(scores)
                .input(axis)
                .type("T", DT_FLOAT)
                .type("Tidx", DT_INT32)
                .type("output_type", DT_INT64)
                .build();
    }

    private static NodeDef integer(String name, int value) {
        return NodeBuilder.constant(
                name,
                TensorProto.newBuilder()
                        .setDtype(DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto())
                        .addIntVal(value)
                        .build());
    }
}
