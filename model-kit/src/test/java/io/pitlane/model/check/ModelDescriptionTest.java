package io.pitlane.model.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.SampleGraphs;
import io.pitlane.model.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDescriptionTest {
    @TempDir Path folder;

    @Test
    void aModelIsDescribedByItsPortsOperationsAndSize() {
        // Given
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        // When
        var description = ModelDescription.of(folder);

        // Then
        assertThat(description.signature().inputs())
                .extracting(GraphSignature.Port::name)
                .containsExactly("image");
        assertThat(description.ops())
                .containsEntry("Conv2D", 4L)
                .containsEntry("DepthwiseConv2dNative", 3L)
                .doesNotContainKey("Const");
        assertThat(description.footprint().parameters()).isPositive();
    }

    @Test
    void eachTechniqueSaysWhatItCanDo() {
        // Given
        SavedModelWriter.write(SampleGraphs.mobile(), folder);

        // When
        var remarks = ModelDescription.of(folder).remarks();

        // Then
        assertThat(remarks.get("prune")).first().asString().startsWith("8 layers");
        assertThat(remarks.get("distill")).first().asString().contains("residual block");
        assertThat(remarks.get("quantize"))
                .anyMatch(remark -> remark.startsWith("5 convolutions and dense layers"))
                .anyMatch(remark -> remark.startsWith("3 x DepthwiseConv2dNative stays float32"));
    }
}
