package io.pitlane.quantize.correction;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.analysis.reconstruction.ModelPasses;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelReductionTest {
    private static final TensorRef RELU = TensorRef.of("relu");
    private static final FloatTensor IMAGES =
            new FloatTensor(new float[] {1, 5, 3, 7, 5, 0, 11, 2}, 2, 2, 1, 2);
    private static final FloatTensor EMPTY = new FloatTensor(new float[0], 3, 0, 1, 2);

    @TempDir private Path folder;

    @BeforeAll
    static void loadTensorFlow() {
        TensorFlowRuntime.load();
    }

    @Test
    void imagesWithoutValuesDoNotCount() {
        try (var passes = passes(EMPTY, IMAGES, EMPTY)) {
            var reduction = new ChannelReduction(graph(), passes);

            assertThat(reduction.means(Map.of(RELU, 4)).get(RELU)).containsExactly(5, 3.5);
            assertThat(reduction.minima(Map.of(RELU, 4)).get(RELU)).containsExactly(1, 0);
            assertThat(reduction.maxima(Map.of(RELU, 4)).get(RELU)).containsExactly(11, 7);
        }
    }

    @Test
    void aTensorWithoutValuesHasNoStatistics() {
        try (var passes = passes(EMPTY)) {
            assertThat(new ChannelReduction(graph(), passes).means(Map.of(RELU, 4))).isEmpty();
        }
    }

    private ModelPasses passes(FloatTensor... batches) {
        return new ModelPasses(InputSpec.DEFAULT, List.of(batches), folder);
    }

    private static FlatGraph graph() {
        var net = new SampleNetwork(1);
        var relu = net.relu("relu", net.input("image", -1, -1, 1, 2));
        return net.output("out", relu, -1, -1, 1, 2).build();
    }
}
