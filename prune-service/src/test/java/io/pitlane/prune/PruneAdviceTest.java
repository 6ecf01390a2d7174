package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneAdviceTest {
    @TempDir Path folder;

    @Test
    void everyLayerWithAKernelIsCounted() {
        // Given
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        // When
        var advice = advice(folder);

        // Then
        assertThat(advice).first().asString().startsWith("8 layers");
    }

    @Test
    void whatEachPatternDividesIsCounted() {
        // Given the first convolution reads images of 3 channels; 3 kernels are depthwise
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        // When
        var advice = advice(folder);

        // Then
        assertThat(advice)
                .contains(
                        "Patterns of method: magnitude: 2:4 divides 4 of 8 kernels (56 % of their"
                                + " weights), 1x4 divides 4 of 8 kernels (56 % of their weights),"
                                + " 4x1 divides 4 of 8 kernels (54 % of their weights).");
    }

    @Test
    void groupsThatStayAreNamedWithTheReason() throws IOException {
        var advice = advice(RealModels.unpack("keras2-residual", folder));

        assertThat(advice)
                .anyMatch(sentence -> sentence.startsWith("4 of 5 groups of layers"))
                .anyMatch(sentence -> sentence.contains("needs every channel"));
    }

    @Test
    void theLayersThatAreLargeEnoughForFactorsAreNamed() {
        // Given: a depthwise convolution cannot be factorised
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        // When
        var advice = advice(folder);

        // Then
        assertThat(advice)
                .contains(
                        "Factors of low rank could replace stem, expand, project, each with a tenth of"
                                + " the MACs or more.")
                .last()
                .isEqualTo("Residual blocks that can be removed as a whole: 1 (expand).");
    }

    @Test
    void whatCanBeReachedIsTold() {
        // Given layers of 16 and 24 channels, of which 2 and 3 stay
        var net = new TestNet(-1, 8, 8, 3);
        var c1 = net.relu(net.conv("c1", "x", 3, 16));
        var c2 = net.relu(net.conv("c2", c1, 16, 24));
        var graph = net.graph(net.dense("d", net.globalMean("gap", c2, false), 24, 5));
        SavedModelWriter.write(graph, folder);

        // When
        var advice = advice(folder);

        // Then 64 * 9 * (3 * 2 + 2 * 3) + 3 * 5 of 64 * 9 * (3 * 16 + 16 * 24) + 24 * 5
        assertThat(advice)
                .contains(
                        "Channel pruning reaches 6.93 k (0.028) to 249 k MACs for one image, and"
                                + " 123 (0.031) to 4.01 k parameters, with maxRatio 0.9.");
    }

    private static List<String> advice(Path savedModel) {
        return new PruneStage().describe(savedModel).sentences();
    }
}
