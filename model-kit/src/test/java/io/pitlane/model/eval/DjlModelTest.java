package io.pitlane.model.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.contract.FailureException;
import io.pitlane.contract.InputSpec;
import io.pitlane.model.data.Image;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.GraphEditor;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.NodeBuilder;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

class DjlModelTest {
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
                    op("Softmax", "softmax", "scores"));

    @TempDir Path folder;

    @Test
    void answersAreThoseOfTheGraph() {
        SavedModelWriter.write(graph(List.of(in("x")), List.of(out("scores", 3))), folder);

        try (var model = DjlModel.load(folder)) {
            var answer = model.predict(new FloatTensor(new float[] {1, 2, 0, 1}, 2, 2));

            assertThat(answer).isEqualTo(new FloatTensor(new float[] {-1, 6, 4, -1, 3, 1}, 2, 3));
            assertThat(model.input()).isEqualTo(in("x"));
        }
    }

    @Test
    void amongSeveralOutputsTheProbabilitiesAreTheClassScores() {
        var outputs = List.of(out("scores", 3), out("softmax", 3));
        SavedModelWriter.write(graph(List.of(in("x")), outputs), folder);

        try (var model = DjlModel.load(folder)) {
            float[] answer = model.predict(new FloatTensor(new float[] {1, 0}, 1, 2)).values();

            assertThat(answer[0] + answer[1] + answer[2]).isCloseTo(1, within(1e-6f));
        }
    }

    @Test
    void aModelWithSeveralInputsIsRefused() {
        SavedModelWriter.write(graph(List.of(in("x"), in("y")), List.of(out("both", 3))), folder);

        assertThatThrownBy(() -> DjlModel.load(folder))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("has 2 inputs");
    }

    @Test
    void aModelWithoutClassScoresIsRefusedWithItsOutputs() {
        var odd =
                new GraphSignature.Port(
                        "boxes", TensorRef.of("scores"), DT_FLOAT, List.of(-1L, 3L, 4L));
        SavedModelWriter.write(graph(List.of(in("x")), List.of(odd)), folder);

        assertThatThrownBy(() -> DjlModel.load(folder))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("boxes [-1, 3, 4]");
    }

    @Test
    void oneOutputTellsTwoClassesApart() {
        var images =
                ImageSet.of(
                        List.of(
                                new Image(1, 2, 1, new byte[] {0, 1}),
                                new Image(1, 2, 1, new byte[] {9, 0})),
                        new int[] {0, 1});
        var single = new FloatTensor(new float[] {1, -2}, 2, 1).toConst("w");
        var flat = new GraphSignature.Port("in", TensorRef.of("x"), DT_FLOAT, List.of(-1L, 1L, 2L));
        SavedModelWriter.write(binary(single, flat), folder);

        try (var model = DjlModel.load(folder)) {
            var spec = new InputSpec(null, null, InputSpec.Channels.GREY, null, null, null);
            var evaluation =
                    Evaluation.of(model, images, Preprocessor.of(spec, model.input()), done -> {});

            assertThat(evaluation.scores()).isDeepEqualTo(new float[][] {{2, -2}, {-9, 9}});
            assertThat(evaluation.accuracy().orElseThrow().top1()).isEqualTo(1);
        }
    }

    private static FlatGraph binary(NodeDef weight, GraphSignature.Port input) {
        var image =
                NodeBuilder.of("Placeholder", "x")
                        .type("dtype", DT_FLOAT)
                        .shape("shape", -1, 1, 2)
                        .build();
        var flat =
                NodeBuilder.of("Reshape", "flat")
                        .input("x")
                        .input("shape")
                        .type("T", DT_FLOAT)
                        .type("Tshape", DT_INT32)
                        .build();
        var nodes =
                List.of(
                        image,
                        weight,
                        NodeBuilder.intVector("shape", -1, 2),
                        flat,
                        op("MatMul", "scores", "flat", "w"));
        return build(nodes, List.of(input), List.of(out("scores", 1)));
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
