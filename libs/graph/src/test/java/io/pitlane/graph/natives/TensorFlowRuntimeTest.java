package io.pitlane.graph.natives;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TensorFlowRuntimeTest {
    private static final String ONE_DNN = "TF_ENABLE_ONEDNN_OPTS";

    @Test
    void theNativesSeeOneDnnEnabledUnlessTheUserHasAnotherSetting() {
        // Given
        var users = System.getenv(ONE_DNN);

        // When
        TensorFlowRuntime.load();

        // Then
        var seen =
                NativeLibrary.getProcess()
                        .getFunction("getenv")
                        .invokeString(new Object[] {ONE_DNN}, false);
        assertThat(seen).isEqualTo(Objects.requireNonNullElse(users, "1"));
        assertThat(TensorFlowRuntime.usesOneDnn()).isEqualTo(!"0".equals(users));
    }
}
