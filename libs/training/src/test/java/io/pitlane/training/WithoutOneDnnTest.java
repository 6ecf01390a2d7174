package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WithoutOneDnnTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"0, false", "1, true"})
    void aGroupedConvolutionRunsIsWrittenAndLearns(String setting, boolean oneDnn)
            throws IOException {
        assertThat(program(setting))
                .containsExactly(
                        "oneDNN " + oneDnn, "difference 0.0", "read again true", "learnt true");
    }

    private List<String> program(String oneDnn) throws IOException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                GroupedConvolutionProgram.class.getName(),
                                folder.resolve("model").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("TF_ENABLE_ONEDNN_OPTS", oneDnn);
        try (var output = builder.start().getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
