package io.pitlane.graph.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VersionDef;

class GraphSessionTest {
    private static final FloatTensor BATCH = new FloatTensor(new float[] {-1, 2, 3, -4}, 2, 2);

    @Test
    void anyTensorsAreFetchedFromOnePass() {
        try (var session = GraphSession.open(graph())) {
            assertThat(session.run(BATCH, List.of(TensorRef.of("relu"), new TensorRef("split", 1))))
                    .containsExactly(
                            new FloatTensor(new float[] {0, 2, 3, 0}, 2, 2),
                            new FloatTensor(new float[] {2, 0}, 2, 1));
        }
    }

    @Test
    void withoutAskingTheSignaturesOutputsAreFetched() {
        try (var session = GraphSession.open(graph())) {
            assertThat(session.run(BATCH))
                    .containsExactly(new FloatTensor(new float[] {0, 3}, 2, 1));
        }
    }

    @Test
    void integersComeAsFloats() {
        try (var session = GraphSession.open(graph())) {
            assertThat(session.run(BATCH, TensorRef.of("axis")).values()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LeakyRelu", "swish", "Relu"})
    void aTensorInsideWhatTensorFlowWouldFuseIsFetched(String activation) {
        // Given
        var graph = convolutionAnd(activation);
        var image = new FloatTensor(new float[] {1, -2, 3, 4}, 1, 2, 2, 1);

        // When
        List<FloatTensor> fetched;
        try (var session = GraphSession.open(graph)) {
            fetched = session.run(image, List.of(TensorRef.of("y"), TensorRef.of("bias")));
        }

        // Then
        assertThat(fetched.get(1).values()).containsExactly(3, -3, 7, 9);
        assertThat(fetched.get(0).values()).hasSize(4);
    }

    private static FlatGraph convolutionAnd(String activation) {
        var net = new TestNet(1, 2, 2, 1);
        net.constant("kernel", new FloatTensor(new float[] {2}, 1, 1, 1, 1));
        net.constant("b", new FloatTensor(new float[] {1}, 1));
        var conv = net.convWith("conv", "x", "kernel", 1, "NHWC");
        net.op("BiasAdd", "bias", conv, "b");
        if (activation.equals("swish")) {
            net.op("Mul", "y", "bias", net.op("Sigmoid", "gate", "bias"));
        } else {
            net.op(activation, "y", "bias");
        }
        return net.graph("y");
    }

    private static FlatGraph graph() {
        var nodes =
                List.of(
                        NodeBuilder.of("Placeholder", "x")
                                .type("dtype", DT_FLOAT)
                                .shape("shape", -1, 2)
                                .build(),
                        NodeBuilder.of("Relu", "relu").input("x").type("T", DT_FLOAT).build(),
                        NodeBuilder.constant(
                                "axis",
                                TensorProto.newBuilder()
                                        .setDtype(DT_INT32)
                                        .setTensorShape(NodeBuilder.shapeProto())
                                        .addIntVal(1)
                                        .build()),
                        NodeBuilder.of("Split", "split")
                                .input("axis")
                                .input("relu")
                                .type("T", DT_FLOAT)
                                .integer("num_split", 2)
                                .build());
        var in = new GraphSignature.Port("in", TensorRef.of("x"), DT_FLOAT, List.of(-1L, 2L));
        var out = new GraphSignature.Port("out", TensorRef.of("split"), DT_FLOAT, List.of(-1L, 1L));
        return GraphEditor.of(
                        nodes,
                        new GraphSignature("serving_default", List.of(in), List.of(out)),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }
}
