package io.pitlane.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildEnvironmentTest {
    private final Map<String, String> environment =
            new HashMap<>(
                    Map.of(
                            "PATH", "/bin",
                            "LC_ALL", "C.UTF-8",
                            "CUDA_VISIBLE_DEVICES", "0",
                            "KAFKA_SASL_JAAS_CONFIG", "secret",
                            "PITLANE_API_KEY", "secret",
                            "_PROD_KAFKA_SSL_KEY_PASSWORD", "secret",
                            "JAVA_TOOL_OPTIONS", "-Dkafka.ssl.key.password=secret",
                            "SOMETHING", "else"));

    @Test
    void variablesThatMayHoldAPasswordAreRemoved() {
        // When
        ChildEnvironment.keepHarmless(environment, List.of());

        // Then
        assertThat(environment).containsOnlyKeys("PATH", "LC_ALL", "CUDA_VISIBLE_DEVICES");
    }

    @Test
    void variablesThatTheOperatorNamesAreKept() {
        // When
        ChildEnvironment.keepHarmless(environment, List.of("SOMETHING"));

        // Then
        assertThat(environment).containsEntry("SOMETHING", "else");
        assertThat(environment.values()).doesNotContain("secret");
    }
}
