package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.SampleGraphs;
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

    private static List<String> advice(Path savedModel) {
        return new PruneStage().describe(savedModel).sentences();
    }
}
