package io.pitlane.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_HALF;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;
import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

class TensorFlowModelTest {
    private static final FloatTensor WEIGHT =
            new FloatTensor(new float[] {1, 0, 2, -1, 3, 1}, 2, 3);
    private static final List<NodeDef> NODES =
            List.of(
                    placeholder("x"),
                    placeholder("y"),
                    WEIGHT.toConst("w"),
                    op("Sub", "difference", "x", "y"),
                    op("MatMul", "scores", "x", "w"),
                    op("MatMul", "both", "difference", "w"),
                    op("Softmax", "softmax", "scores"),
                    NodeBuilder.constant("axis", integer(1)),
                    NodeBuilder.of("ArgMax", "top")
                            .input("scores")
                            .input("axis")
                            .type("T", DT_FLOAT)
                            .type("Tidx", DT_INT32)
                            .type("output_type", DT_INT64)
                            .build());
    private static final GraphSignature.Port TOP =
            new GraphSignature.Port("top", TensorRef.of("top"), DT_INT64, List.of(-1L));

    @TempDir Path folder;

    @Test
    void predictionsAreThoseOfTheGraph() {
        SavedModelWriter.write(graph(List.of(in("x")), List.of(out("scores", 3))), folder);

        try (var model = load(InputSpec.DEFAULT)) {
            var answer = model.predict(new FloatTensor(new float[] {1, 2, 0, 1}, 2, 2));

            assertThat(answer.of("scores"))
                    .isEqualTo(new FloatTensor(new float[] {-1, 6, 4, -1, 3, 1}, 2, 3));
            assertThat(model.input()).isEqualTo(in("x"));
        }
    }

    @Test
    void everyNumericOutputIsReturned() {
        SavedModelWriter.write(
                graph(List.of(in("x")), List.of(out("scores", 3), out("softmax", 3), TOP)), folder);

        try (var model = load(InputSpec.DEFAULT)) {
            var answer = model.predict(new FloatTensor(new float[] {1, 2, 0, 1}, 2, 2));

            assertThat(answer.byName()).containsOnlyKeys("scores", "softmax", "top");
            assertThat(answer.of("top")).isEqualTo(new FloatTensor(new float[] {1, 1}, 2));
        }
    }

    @Test
    void inputsBesideTheImageGetConstants() {
        var images = new FloatTensor(new float[] {1, 2, 0, 1}, 2, 1, 2, 1);
        SavedModelWriter.write(severalInputs(), folder);

        try (var model = load(InputSpec.DEFAULT);
                var session = GraphSession.open(severalInputs())) {
            // image * keep_prob + other, unless negated; keep_prob is 1, other zeros, negate false
            assertThat(model.predict(images).of("answer")).isEqualTo(images);
            assertThat(session.predict(images).of("answer")).isEqualTo(images);
            assertThat(model.input().name()).isEqualTo("image");
            assertThat(model.inputs().notes())
                    .containsExactly(
                            "Input 'keep_prob' is fed 1; the images go to 'image'.",
                            "Input 'negate' is fed false; the images go to 'image'.",
                            "Input 'other' is fed zeros; the images go to 'image'.");
        }
    }

    @Test
    void aMisspeltInputIsAnsweredWithTheNearest() {
        var misspelt = InputSpec.builder().name("imag").build();
        SavedModelWriter.write(severalInputs(), folder);

        assertThatThrownBy(() -> load(misspelt))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).isEqualTo("Write 'image', if that is meant."))
                .hasMessageContaining("no input 'imag'");
    }

    @Test
    void amongInputsWithoutAnImageOneHasToBeNamed() {
        SavedModelWriter.write(graph(List.of(in("x"), in("y")), List.of(out("both", 3))), folder);

        assertThatThrownBy(() -> load(InputSpec.DEFAULT))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("takes images of 3 channels: [x [-1, 2], y [-1, 2]]");
        try (var named = load(InputSpec.builder().name("y").build())) {
            var answer = named.predict(new FloatTensor(new float[] {1, 2}, 1, 2));
            assertThat(answer.of("both").values()).containsExactly(1, -6, -4);
        }
    }

    @Test
    void anInputOfBytesGetsRoundedPixels() {
        var port = new GraphSignature.Port("in", TensorRef.of("x"), DT_UINT8, List.of(-1L, 1L, 2L));
        var nodes =
                List.of(
                        NodeBuilder.of("Placeholder", "x")
                                .type("dtype", DT_UINT8)
                                .shape("shape", -1, 1, 2)
                                .build(),
                        NodeBuilder.of("Cast", "scores")
                                .input("x")
                                .type("SrcT", DT_UINT8)
                                .type("DstT", DT_FLOAT)
                                .bool("Truncate", false)
                                .build());
        SavedModelWriter.write(build(nodes, List.of(port), List.of(out("scores", 2))), folder);

        try (var model = load(InputSpec.DEFAULT)) {
            var answer =
                    model.predict(new FloatTensor(new float[] {254.6f, -3, 7.4f, 300}, 2, 1, 2));
            assertThat(answer.of("scores").values()).containsExactly(255, 0, 7, 255);
        }
    }

    @Test
    void anOutputThatIsTheInputKeepsItsValuesWhenTheNextImagesCome() {
        // Given
        SavedModelWriter.write(
                build(
                        List.of(placeholder("x"), op("Identity", "same", "x")),
                        List.of(in("x")),
                        List.of(out("same", 2))),
                folder);

        try (var model = load(InputSpec.DEFAULT)) {
            // When
            var first = model.predict(new FloatTensor(new float[] {1, 2}, 1, 2));
            var second = model.predict(new FloatTensor(new float[] {3, 4}, 1, 2));

            // Then
            assertThat(first.of("same").values()).containsExactly(1, 2);
            assertThat(second.of("same").values()).containsExactly(3, 4);
        }
    }

    @Test
    void aCallThatFailsSaysWhyAndTheNextOneRuns() {
        SavedModelWriter.write(graph(List.of(in("x")), List.of(out("scores", 3))), folder);

        try (var model = load(InputSpec.DEFAULT)) {
            assertThatThrownBy(() -> model.predict(new FloatTensor(new float[3], 1, 3)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("TensorFlow could not run the model: ")
                    .hasMessageContaining("scores");
            assertThat(model.predict(new FloatTensor(new float[] {1, 2}, 1, 2)).of("scores"))
                    .isEqualTo(new FloatTensor(new float[] {-1, 6, 4}, 1, 3));
        }
    }

    @Test
    void anInputThatCannotBeFedIsNamed() {
        // Given
        var half = new GraphSignature.Port("half", TensorRef.of("h"), DT_HALF, List.of());
        var nodes = List.of(placeholder("x"), input("h", DT_HALF), WEIGHT.toConst("w"));
        var scores = op("MatMul", "scores", "x", "w");
        SavedModelWriter.write(
                build(
                        Stream.concat(nodes.stream(), Stream.of(scores)).toList(),
                        List.of(in("x"), half),
                        List.of(out("scores", 3))),
                folder);

        // Then
        assertThatThrownBy(() -> load(InputSpec.builder().name("x").build()))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("'half'")
                .hasMessageContaining("DT_HALF")
                .hasMessageContaining(folder.toString());
    }

    private EngineModel load(InputSpec input) {
        return InferenceEngine.of(Engine.TENSORFLOW).load(folder, LoadOptions.of(null, input));
    }

    /** {@code image * keep_prob + other}, its sign changed where {@code negate} is true. */
    private static FlatGraph severalInputs() {
        var nodes =
                List.of(
                        input("image", DT_FLOAT, -1, 1, 2, 1),
                        input("keep_prob", DT_FLOAT),
                        input("negate", DT_BOOL),
                        input("other", DT_FLOAT, -1, 1, 1, 1),
                        op("Mul", "kept", "image", "keep_prob"),
                        op("AddV2", "sum", "kept", "other"),
                        op("Neg", "negative", "sum"),
                        op("SelectV2", "answer", "negate", "negative", "sum"));
        var ports =
                List.of(
                        port("image", DT_FLOAT, -1L, 1L, 2L, 1L),
                        port("keep_prob", DT_FLOAT),
                        port("negate", DT_BOOL),
                        port("other", DT_FLOAT, -1L, 1L, 1L, 1L));
        return build(nodes, ports, List.of(port("answer", DT_FLOAT, -1L, 1L, 2L, 1L)));
    }

    private static NodeDef input(String name, DataType type, long... shape) {
        return NodeBuilder.of("Placeholder", name)
                .type("dtype", type)
                .shape("shape", shape)
                .build();
    }

    private static GraphSignature.Port port(String name, DataType type, Long... shape) {
        return new GraphSignature.Port(name, TensorRef.of(name), type, List.of(shape));
    }

    private static TensorProto integer(int value) {
        return TensorProto.newBuilder()
                .setDtype(DT_INT32)
                .setTensorShape(NodeBuilder.shapeProto())
                .addIntVal(value)
                .build();
    }

    private static FlatGraph graph(
            List<GraphSignature.Port> inputs, List<GraphSignature.Port> outputs) {
        return build(NODES, inputs, outputs);
    }

    private static FlatGraph build(
            List<NodeDef> nodes,
            List<GraphSignature.Port> inputs,
            List<GraphSignature.Port> outputs) {
        return GraphEditor.of(
                        nodes,
                        new GraphSignature("serving_default", inputs, outputs),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    private static GraphSignature.Port in(String name) {
        return new GraphSignature.Port(name, TensorRef.of(name), DT_FLOAT, List.of(-1L, 2L));
    }

    private static GraphSignature.Port out(String name, long size) {
        return new GraphSignature.Port(name, TensorRef.of(name), DT_FLOAT, List.of(-1L, size));
    }

    private static NodeDef placeholder(String name) {
        return NodeBuilder.of("Placeholder", name)
                .type("dtype", DT_FLOAT)
                .shape("shape", -1, 2)
                .build();
    }

    private static NodeDef op(String op, String name, String... inputs) {
        var node = NodeBuilder.of(op, name).type("T", DT_FLOAT);
        Arrays.stream(inputs).forEach(node::input);
        return node.build();
    }
}
