package io.pitlane.graph.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.runtime.GraphSession;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.NodeDef;

class DynamicBatchTest {
    /** A network for a fixed batch whose middle part writes the batch size into its constants. */
    @FunctionalInterface
    private interface Part {
        /** Adds nodes behind {@code x [N, 8, 8, 4]}; gives a tensor of the same shape. */
        String add(SampleNetwork net, String x, int batch);
    }

    private static final Map<String, Part> PARTS =
            new TreeMap<>(
                    Map.of(
                            "reshape",
                            (net, x, n) ->
                                    net.reshape("back", net.reshape("flat", x, n, 256), n, 8, 8, 4),
                            "reshapeWithInferredSize",
                            (net, x, n) ->
                                    net.reshape("back", net.reshape("flat", x, n, -1), n, 8, 8, -1),
                            "mergedReshape",
                            (net, x, n) ->
                                    net.reshape(
                                            "back", net.reshape("rows", x, n * 64, 4), n, 8, 8, 4),
                            "timeMajor",
                            (net, x, n) -> {
                                var rows = net.reshape("rows", x, n, 64, 4);
                                var time = transposed(net, "time", rows, 1, 0, 2);
                                var flat = net.reshape("flat", time, n * 64, 4);
                                var steps = net.reshape("steps", flat, 64, n, 4);
                                var images = transposed(net, "images", steps, 1, 0, 2);
                                return net.reshape("back", images, n, 8, 8, 4);
                            },
                            "transposedConvolution",
                            (net, x, n) -> transposedConvolution(net, net.pool("half", x), n),
                            "concatenatedZeros",
                            (net, x, n) -> {
                                var zeros =
                                        values(net, "zeros", new float[n * 8 * 8 * 2], n, 8, 8, 2);
                                var wide = net.concat("wide", x, zeros);
                                return net.conv("narrow", wide, 1, 6, 4, 1);
                            },
                            "concatenatedMap",
                            (net, x, n) -> {
                                var map = values(net, "map", repeated(n, 8 * 8 * 2), n, 8, 8, 2);
                                return net.conv("narrow", net.concat("wide", map, x), 1, 6, 4, 1);
                            },
                            "addedMap",
                            (net, x, n) ->
                                    net.plus(
                                            "add",
                                            x,
                                            values(net, "map", repeated(n, 64 * 4), n, 8, 8, 4)),
                            "slices",
                            (net, x, n) -> stridedSlice(net, slice(net, x, n), n)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reshape",
                "reshapeWithInferredSize",
                "mergedReshape",
                "timeMajor",
                "transposedConvolution",
                "concatenatedZeros",
                "concatenatedMap",
                "addedMap",
                "slices"
            })
    void aBatchSizeInConstantsBecomesDynamicWithTheSameOutputs(String part) {
        for (int batch : new int[] {1, 4}) {
            // Given
            var fixed = network(PARTS.get(part), batch);

            // When
            var result = DynamicBatch.of(fixed);

            // Then
            var graph = result.graph();
            assertThat(result.note().orElseThrow())
                    .as(part + " " + batch)
                    .startsWith("Exported for exactly " + batch + " image");
            assertThat(graph.signature().inputs().get(0).shape()).containsExactly(-1L, 8L, 8L, 3L);
            assertThat(graph.signature().outputs().get(0).shape()).containsExactly(-1L, 8L, 8L, 4L);
            assertSameOutputs(fixed, graph, batch, 1);
            assertSameOutputs(fixed, graph, batch, 2);
            assertSameOutputs(fixed, graph, batch, 6);
        }
    }

    @Test
    void aClassifierForFourImagesPredictsOne() {
        // When
        var result = DynamicBatch.of(SampleGraphs.fixedBatch());

        // Then
        assertThat(result.graph().signature().outputs().get(0).shape()).containsExactly(-1L, 10L);
        assertThat(nodes(result.graph())).isEqualTo(nodes(SampleGraphs.plain()));
    }

    @Test
    void aDynamicModelIsLeftAsItIs() {
        var graph = SampleGraphs.unet();

        assertThat(DynamicBatch.of(graph).graph()).isSameAs(graph);
        assertThat(DynamicBatch.of(graph).note()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "unstacked, 'the node ''unstack'' (Unpack) holds the batch size'",
        "centred, 'the node ''mean'' (Mean)'",
        "perImage, 'the node ''add'' (AddV2) holds the batch size'",
    })
    void aModelThatNeedsItsBatchSizeIsKeptAndItsNodeNamed(String kind, String reason) {
        // Given
        var fixed =
                network(
                        switch (kind) {
                            case "unstacked" -> DynamicBatchTest::unstacked;
                            case "centred" -> DynamicBatchTest::centred;
                            default ->
                                    (net, x, n) ->
                                            net.plus(
                                                    "add", x, net.weights("map", 0, 1, n, 8, 8, 4));
                        },
                        4);

        // When
        var result = DynamicBatch.of(fixed);

        // Then
        assertThat(result.graph()).isSameAs(fixed);
        assertThat(result.note().orElseThrow())
                .startsWith("Takes exactly 4 images a call: ")
                .contains(reason)
                .endsWith(".");
    }

    @Test
    void aModelForOneImageIsToldHowToTakeABatch() {
        // Given
        var net = new SampleNetwork(3);
        var image = net.input("image", 8, 8, 3);
        var batch =
                net.add(
                        NodeBuilder.of("ExpandDims", "batch")
                                .input(image)
                                .input(ints(net, "batch/axis", 0))
                                .type("T", DT_FLOAT)
                                .type("Tdim", DT_INT32));
        var x = net.conv("conv", batch, 3, 3, 4, 1);
        var fixed = net.output("scores", x, 1, 8, 8, 4).build();

        // When
        var result = DynamicBatch.of(fixed);

        // Then
        assertThat(result.graph()).isSameAs(fixed);
        assertThat(result.note().orElseThrow())
                .startsWith("Takes exactly 8 images a call: ")
                .contains("If [8, 8, 3] is one image, the model has no batch dimension")
                .contains("tf.TensorSpec([None, 8, 8, 3])");
    }

    /** Every image alone or in any batch must give what it gives in the fixed batch. */
    private static void assertSameOutputs(
            FlatGraph fixed, FlatGraph dynamic, int batch, int images) {
        var given = images(images);
        try (var original = GraphSession.open(fixed);
                var changed = GraphSession.open(dynamic)) {
            var actual = changed.run(given).get(0);
            assertThat(actual.shape()).containsExactly(images, 8, 8, 4);
            for (int i = 0; i < images; i++) {
                var repeated = new int[batch];
                Arrays.fill(repeated, i);
                var expected = original.run(given.select(0, repeated)).get(0);
                var of = actual.select(0, new int[] {i}).values();
                for (int k = 0; k < of.length; k++) {
                    assertThat(of[k]).isCloseTo(expected.values()[k], within(1e-4f));
                }
            }
        }
    }

    private static FlatGraph network(Part part, int batch) {
        var net = new SampleNetwork(3);
        var x = net.input("image", batch, 8, 8, 3);
        x = net.relu("relu1", net.conv("conv1", x, 3, 3, 4, 1));
        x = net.conv("conv2", part.add(net, x, batch), 3, 4, 4, 1);
        return net.output("scores", x, batch, 8, 8, 4).build();
    }

    private static String transposed(SampleNetwork net, String name, String x, int... order) {
        return net.add(
                NodeBuilder.of("Transpose", name)
                        .input(x)
                        .input(ints(net, name + "/order", order))
                        .type("T", DT_FLOAT)
                        .type("Tperm", DT_INT32));
    }

    private static String transposedConvolution(SampleNetwork net, String x, int batch) {
        return net.add(
                NodeBuilder.of("Conv2DBackpropInput", "up")
                        .input(ints(net, "up/sizes", batch, 8, 8, 4))
                        .input(net.weights("up/kernel", 0, 0.5, 2, 2, 4, 4))
                        .input(x)
                        .type("T", DT_FLOAT)
                        .ints("strides", 1, 2, 2, 1)
                        .string("padding", "SAME"));
    }

    private static String slice(SampleNetwork net, String x, int batch) {
        return net.add(
                NodeBuilder.of("Slice", "slice")
                        .input(x)
                        .input(ints(net, "slice/begin", 0, 0, 0, 0))
                        .input(ints(net, "slice/size", batch, 8, 8, 4))
                        .type("T", DT_FLOAT)
                        .type("Index", DT_INT32));
    }

    private static String stridedSlice(SampleNetwork net, String x, int batch) {
        return net.add(
                NodeBuilder.of("StridedSlice", "strided")
                        .input(x)
                        .input(ints(net, "strided/begin", 0, 0))
                        .input(ints(net, "strided/end", batch, 8))
                        .input(ints(net, "strided/strides", 1, 1))
                        .type("T", DT_FLOAT)
                        .type("Index", DT_INT32));
    }

    private static String unstacked(SampleNetwork net, String x, int batch) {
        net.add(
                NodeBuilder.of("Unpack", "unstack")
                        .input(x)
                        .type("T", DT_FLOAT)
                        .integer("num", batch)
                        .integer("axis", 0));
        var pack = NodeBuilder.of("Pack", "stack").type("T", DT_FLOAT).integer("axis", 0);
        for (int i = 0; i < batch; i++) {
            pack.input(i == 0 ? "unstack" : "unstack:" + i);
        }
        return net.add(pack.integer("N", batch));
    }

    private static String centred(SampleNetwork net, String x, int batch) {
        var mean =
                net.add(
                        NodeBuilder.of("Mean", "mean")
                                .input(x)
                                .input(ints(net, "mean/axis", 0))
                                .type("T", DT_FLOAT)
                                .type("Tidx", DT_INT32)
                                .bool("keep_dims", true));
        return net.plus("centred", x, mean);
    }

    private static float[] repeated(int batch, int each) {
        var values = new float[batch * each];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % each) / (float) each;
        }
        return values;
    }

    private static String values(SampleNetwork net, String name, float[] values, long... shape) {
        var proto = new FloatTensor(values, shape).toConst(name);
        return net.add(NodeBuilder.of("Const", name).attrsOf(proto));
    }

    private static String ints(SampleNetwork net, String name, int... values) {
        return net.add(NodeBuilder.of("Const", name).attrsOf(NodeBuilder.intVector(name, values)));
    }

    private static FloatTensor images(int count) {
        var random = new Random(7);
        var values = new float[count * 8 * 8 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return new FloatTensor(values, count, 8, 8, 3);
    }

    private static Map<String, NodeDef> nodes(FlatGraph graph) {
        var byName = new TreeMap<String, NodeDef>();
        graph.nodes().forEach(node -> byName.put(node.getName(), node));
        return byName;
    }
}
