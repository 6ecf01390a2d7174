package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeAdviceTest {
    @TempDir Path folder;

    @Test
    void layersWithAndWithoutAnInt8KernelAreCounted() {
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        assertThat(advice(folder))
                .anyMatch(sentence -> sentence.startsWith("5 convolutions and dense layers"))
                .anyMatch(s -> s.startsWith("3 x DepthwiseConv2dNative stays float32"));
    }

    @Test
    void aGroupedConvolutionDoesNotCountAsInt8() throws IOException {
        var advice = advice(RealModels.unpack("keras3-grouped", folder));

        assertThat(advice).first().isEqualTo("6 convolutions and dense layers can run in int8.");
        assertThat(advice).anyMatch(sentence -> sentence.contains("it is grouped"));
    }

    private static List<String> advice(Path savedModel) {
        return new QuantizeStage().describe(savedModel).sentences();
    }
}
