package io.pitlane.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelAvailabilityTest {

    @Test
    void thisMachineHasAllKernels() {
        assertThat(KernelAvailability.obstacle()).isEmpty();
    }

    @Test
    void aMissingKernelIsNamed() {
        var withoutConvolution =
                Set.of(
                        "_FusedQuantizedDepthwiseConv2D",
                        "_QuantizedMatMul",
                        "QuantizedMaxPool",
                        "QuantizedAvgPool",
                        "QuantizeV2",
                        "Dequantize");
        assertThat(KernelAvailability.obstacle(withoutConvolution))
                .hasValueSatisfying(
                        reason ->
                                assertThat(reason)
                                        .contains("no int8 kernel for _FusedQuantizedConv2D,"));
    }
}
