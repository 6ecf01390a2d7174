package io.pitlane.graph.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.SampleGraphs;
import org.junit.jupiter.api.Test;

class ModelDescriptionTest {
    @Test
    void aModelIsDescribedByItsPortsOperationsAndSize() {
        var description = ModelDescription.of(SampleGraphs.mobile());

        assertThat(description.signature().inputs())
                .extracting(GraphSignature.Port::name)
                .containsExactly("image");
        assertThat(description.ops())
                .containsEntry("Conv2D", 4L)
                .containsEntry("DepthwiseConv2dNative", 3L)
                .doesNotContainKey("Const");
        assertThat(description.footprint().parameters()).isPositive();
    }
}
