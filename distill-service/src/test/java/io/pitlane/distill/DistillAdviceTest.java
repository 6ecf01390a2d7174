package io.pitlane.distill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillAdviceTest {
    @TempDir Path folder;

    @Test
    void aModelWithoutResidualBlocksIsSaidToHaveNone() {
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        assertThat(advice(folder)).anyMatch(sentence -> sentence.contains("residual block"));
    }

    @Test
    void studentsByWidthAndByDepthAreNamed() throws IOException {
        var advice = advice(RealModels.unpack("keras2-residual", folder));

        assertThat(advice)
                .contains("4 groups of layers can be made narrower by student.width.")
                .anyMatch(sentence -> sentence.startsWith("1 residual blocks can be dropped"));
    }

    private static List<String> advice(Path savedModel) {
        return new DistillStage().describe(savedModel).sentences();
    }
}
