package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class AxisOrderTest {
    private static final AxisOrder IMAGES = AxisOrder.ofImages(true);

    @Test
    void aTransposeToTheOrderThatATensorIsHeldInLeavesItUnchanged() {
        assertThat(IMAGES.transposed(0, 3, 1, 2).isUnchanged()).isTrue();
        assertThat(AxisOrder.unchanged(4).transposed(0, 2, 3, 1)).isEqualTo(IMAGES);
    }

    @Test
    void thePermutationToTensorFlowsOrderPutsTheChannelsLast() {
        assertThat(IMAGES.permutationTo(AxisOrder.unchanged(4))).containsExactly(0, 2, 3, 1);
    }

    @Test
    void withoutHeightAndWidthTheRestIsInTensorFlowsOrder() {
        assertThat(IMAGES.without(Set.of(1, 2))).isEqualTo(AxisOrder.unchanged(2));
        assertThat(IMAGES.without(Set.of(1))).isEqualTo(AxisOrder.of(0, 2, 1));
    }

    @Test
    void aNewAxisIsHeldLast() {
        assertThat(IMAGES.with(1)).isEqualTo(AxisOrder.of(0, 4, 2, 3, 1));
        assertThat(AxisOrder.unchanged(2).with(1)).isEqualTo(AxisOrder.unchanged(3));
    }

    @Test
    void axesOfSizeOneMoveNoValues() {
        assertThat(IMAGES.keepsValuesInPlace(Shape.of(-1, 1, 1, 8))).isTrue();
        assertThat(IMAGES.keepsValuesInPlace(Shape.of(-1, 7, 5, 1))).isTrue();
        assertThat(IMAGES.keepsValuesInPlace(Shape.of(-1, 2, 1, 8))).isFalse();
        assertThat(IMAGES.keepsValuesInPlace(Shape.unknown())).isFalse();
    }

    @Test
    void aConstantIsArrangedByItsAxes() {
        // Given
        var matrix = new FloatTensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

        // When
        var turned = AxisOrder.of(1, 0).arranged(matrix);

        // Then
        assertThat(turned).isEqualTo(new FloatTensor(new float[] {1, 4, 2, 5, 3, 6}, 3, 2));
    }
}
