package io.pitlane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class SelectionInputsTest {
    private final FlatGraph plain = TinyRun.ORIGINAL.graph();
    private final Port scores = plain.signature().outputs().get(0);

    @Test
    void whatIsSelectedFromStandsForTheOutputsBehindASelection() {
        // Given: the scores, and those of them that are above a half
        var graph = withConfidentScores();

        // When
        var from = SelectionInputs.asOutputs(graph).orElseThrow();

        // Then
        assertThat(SelectionInputs.outputsBehind(graph)).containsExactly("confident");
        assertThat(from.signature().outputs())
                .extracting(Port::tensor)
                .containsExactly(scores.tensor());
    }

    @Test
    void aClassifierSelectsNothing() {
        assertThat(SelectionInputs.outputsBehind(plain)).isEmpty();
        assertThat(SelectionInputs.asOutputs(plain)).isEmpty();
    }

    private FlatGraph withConfidentScores() {
        var edit = plain.edit();
        edit.put(new FloatTensor(new float[] {0.5f}).toConst("half"));
        edit.put(
                NodeBuilder.of("Greater", "above")
                        .input(scores.tensor())
                        .input("half")
                        .type("T", DT_FLOAT)
                        .build());
        edit.put(NodeBuilder.of("Where", "where").input("above").type("T", DT_BOOL).build());
        edit.put(
                NodeBuilder.of("GatherNd", "gathered")
                        .input(scores.tensor())
                        .input("where")
                        .type("Tparams", DT_FLOAT)
                        .type("Tindices", DT_INT64)
                        .build());
        var outputs = new ArrayList<>(plain.signature().outputs());
        outputs.add(new Port("confident", TensorRef.of("gathered"), DT_FLOAT, null));
        return edit.outputs(outputs).build();
    }
}
