package io.pitlane.model.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.SampleGraphs;
import io.pitlane.model.savedmodel.RealModels;
import io.pitlane.model.savedmodel.SavedModelWriter;
import java.io.IOException;
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
        assertThat(remarks.get("distill")).anyMatch(remark -> remark.contains("residual block"));
        assertThat(remarks.get("quantize"))
                .anyMatch(remark -> remark.startsWith("5 convolutions and dense layers"))
                .anyMatch(remark -> remark.startsWith("3 x DepthwiseConv2dNative stays float32"));
    }

    @Test
    void aGroupedConvolutionDoesNotCountAsInt8() throws IOException {
        var remarks = ModelDescription.of(RealModels.unpack("keras3-grouped", folder)).remarks();

        assertThat(remarks.get("quantize"))
                .first()
                .isEqualTo("6 convolutions and dense layers can run in int8.");
        assertThat(remarks.get("quantize")).anyMatch(remark -> remark.contains("it is grouped"));
    }

    @Test
    void groupsThatStayAndWhatStudentsAndSearchesCanDoAreNamed() throws IOException {
        var residual = ModelDescription.of(RealModels.unpack("keras2-residual", folder)).remarks();
        var detector = ModelDescription.of(RealModels.unpack("keras2-detector", folder)).remarks();

        assertThat(residual.get("prune"))
                .anyMatch(remark -> remark.startsWith("4 of 5 groups of layers"))
                .anyMatch(remark -> remark.contains("needs every channel"));
        assertThat(residual.get("distill"))
                .contains("4 groups of layers can be made narrower by student.width.")
                .anyMatch(remark -> remark.startsWith("1 residual blocks can be dropped"));
        assertThat(residual.get("nas"))
                .containsExactly("Networks are built for image in, 10 classes out, as dense_1.");
        assertThat(detector.get("nas")).first().asString().startsWith("No output holds class");
    }
}
