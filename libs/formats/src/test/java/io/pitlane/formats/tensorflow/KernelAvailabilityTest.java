package io.pitlane.formats.tensorflow;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelAvailabilityTest {

    @Test
    void thisMachineHasAllKernels() {
        assertThatCode(KernelAvailability::requireRegistered).doesNotThrowAnyException();
    }

    @Test
    void aMissingKernelIsRefusedByName() {
        var withoutConvolution =
                Set.of(
                        "_FusedQuantizedDepthwiseConv2D",
                        "_QuantizedMatMul",
                        "QuantizedMaxPool",
                        "QuantizedAvgPool",
                        "QuantizeV2",
                        "Dequantize");
        assertThatThrownBy(() -> KernelAvailability.requireAll(withoutConvolution))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("_FusedQuantizedConv2D")
                .extracting(e -> ((FailureException) e).kind())
                .isEqualTo(Failure.Kind.UNSUPPORTED_MACHINE);
    }
}
