package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class Int8KernelsTest {

    @Test
    void thisMachineHasThem() {
        assertThatCode(Int8Kernels::requireRegistered).doesNotThrowAnyException();
    }

    @Test
    void aMachineWithoutThemIsRefusedByName() {
        var withoutConvolution =
                Set.of(
                        "_QuantizedMatMul",
                        "QuantizedMaxPool",
                        "QuantizedAvgPool",
                        "QuantizeV2",
                        "Dequantize");
        assertThatThrownBy(() -> Int8Kernels.requireAll(withoutConvolution))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("_FusedQuantizedConv2D")
                .extracting(e -> ((FailureException) e).kind())
                .isEqualTo(Failure.Kind.UNSUPPORTED_MACHINE);
    }
}
