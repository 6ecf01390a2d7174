package io.pitlane.quantize.correction;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.channels.dependency.TestNet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

class OutputNoiseTest {
    private static final FloatTensor IMAGES = new FloatTensor(new float[] {1, 2, 3}, 3, 1);

    @Test
    void theGraphOfTheSmallerErrorHasLessNoise() {
        // Given
        var noise = noise(net(1, 0, "scaled"));

        // Then
        assertThat(noise.isLower(net(1.1f, 0, "scaled"), net(1.2f, 0, "scaled"))).isTrue();
        assertThat(noise.isLower(net(1.2f, 0, "scaled"), net(1.1f, 0, "scaled"))).isFalse();
    }

    @Test
    void outputsOfAnotherNumberOfValuesDoNotCount() {
        // Given: of the float graph, the three values above 0; of the others, two or one
        var noise = noise(net(1, 0, "scaled", "kept"));

        // Then
        assertThat(
                        noise.isLower(
                                net(1.1f, -1.5f, "scaled", "kept"),
                                net(1.2f, -2.5f, "scaled", "kept")))
                .isTrue();
        assertThat(noise(net(1, 0, "kept")).isLower(net(1, -2.5f, "kept"), net(1, -1.5f, "kept")))
                .isFalse();
    }

    private static OutputNoise noise(FlatGraph floats) {
        return new OutputNoise(floats, List.of(IMAGES), InputSpec.DEFAULT, image -> true);
    }

    /** The images times a factor, and those of the results that are above 0 with a shift. */
    private static FlatGraph net(float factor, float shift, String... outputs) {
        var net = new TestNet(-1, 1);
        net.constant("factor", new FloatTensor(new float[] {factor}, 1));
        net.constant("shift", new FloatTensor(new float[] {shift}, 1));
        net.constant("zero", new FloatTensor(new float[] {0}, 1));
        net.op("Mul", "scaled", "x", "factor");
        net.op("Greater", "above", net.op("AddV2", "shifted", "x", "shift"), "zero");
        net.put(NodeBuilder.of("Where", "places").input("above").type("T", DataType.DT_BOOL));
        net.put(
                NodeBuilder.of("GatherNd", "kept")
                        .input("scaled")
                        .input("places")
                        .type("Tparams", DataType.DT_FLOAT)
                        .type("Tindices", DataType.DT_INT64));
        return net.graph(outputs);
    }
}
