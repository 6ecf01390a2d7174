package io.pitlane.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tensorflow.proto.DataType.DT_FLOAT;

import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

class FlatGraphTest {
    private static final NodeDef X =
            NodeBuilder.of("Placeholder", "x")
                    .type("dtype", DT_FLOAT)
                    .shape("shape", -1, 2)
                    .build();
    private static final NodeDef W = new FloatTensor(new float[] {1, 2, 3, 4}, 2, 2).toConst("w");
    private static final NodeDef Y =
            NodeBuilder.of("MatMul", "y").input("x").input("w").type("T", DT_FLOAT).build();
    private static final NodeDef Z =
            NodeBuilder.of("Relu", "z").input("y").type("T", DT_FLOAT).build();

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private static FlatGraph graph(NodeDef... nodes) {
        var in = new GraphSignature.Port("in", TensorRef.of("x"), DT_FLOAT, List.of(-1L, 2L));
        var out = new GraphSignature.Port("out", TensorRef.of("z"), DT_FLOAT, List.of(-1L, 2L));
        return GraphEditor.of(
                        List.of(nodes),
                        new GraphSignature("serving_default", List.of(in), List.of(out)),
                        VersionDef.newBuilder().setProducer(1882).build())
                .build();
    }

    @Test
    void nodesComeAfterTheirInputsWhateverOrderTheyWereGivenIn() {
        assertThat(graph(Z, Y, W, X).nodes())
                .extracting(NodeDef::getName)
                .containsExactly("x", "w", "y", "z");
    }

    @Test
    void whatNoOutputNeedsIsDropped() {
        var dead = NodeBuilder.of("Relu", "dead").input("y").type("T", DT_FLOAT).build();

        assertThat(graph(X, W, Y, Z, dead).find("dead")).isEmpty();
    }

    @Test
    void aRedirectedTensorIsReplacedInEveryUseAndInTheSignature() {
        var relu6 = NodeBuilder.of("Relu6", "r6").input("y").type("T", DT_FLOAT).build();

        var edited =
                graph(X, W, Y, Z).edit().put(relu6).redirect(TensorRef.of("z"), TensorRef.of("r6"));

        assertThat(edited.build().signature().outputs().get(0).tensor())
                .isEqualTo(TensorRef.of("r6"));
        assertThat(edited.build().find("z")).isEmpty();
    }

    @Test
    void aMissingInputAndACycleAreRefusedByName() {
        var cycle = NodeBuilder.of("Relu", "y").input("z").type("T", DT_FLOAT).build();

        assertThatThrownBy(() -> graph(X, Y, Z)).hasMessageContaining("no node is named w");
        assertThatThrownBy(() -> graph(X, cycle, Z)).hasMessageContaining("a cycle runs through");
    }

    @Test
    void usesAreFoundByOutput() {
        assertThat(graph(X, W, Y, Z).uses(TensorRef.of("w")))
                .containsExactly(new FlatGraph.Use(Y, 1));
        assertThat(graph(X, W, Y, Z).uses(new TensorRef("w", 1))).isEmpty();
    }

    @Test
    void tensorFlowInfersTheShapes() {
        assertThat(InferredShapes.of(graph(X, W, Y, Z)).of("z").asArray())
                .containsExactly(Shape.UNKNOWN_SIZE, 2);
    }

    @Test
    void selectingAlongAnAxisKeepsTheOthers() {
        var tensor = new FloatTensor(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

        assertThat(tensor.select(0, new int[] {2, 0}))
                .isEqualTo(new FloatTensor(new float[] {5, 6, 1, 2}, 2, 2));
        assertThat(tensor.select(1, new int[] {1}))
                .isEqualTo(new FloatTensor(new float[] {2, 4, 6}, 3, 1));
    }

    @Test
    void aShortListOfValuesFillsTheRestWithItsLast() {
        var proto =
                org.tensorflow.proto.TensorProto.newBuilder()
                        .setDtype(DT_FLOAT)
                        .setTensorShape(NodeBuilder.shapeProto(3))
                        .addFloatVal(7)
                        .build();

        assertThat(FloatTensor.of(proto)).isEqualTo(new FloatTensor(new float[] {7, 7, 7}, 3));
    }
}
