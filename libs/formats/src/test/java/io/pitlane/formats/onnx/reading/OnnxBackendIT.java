package io.pitlane.formats.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ONNX project's own backend tests, with the outputs that they expect. The folder {@code
 * onnx/backend/test/data} of the Python package {@code onnx} is named by {@code -Dpitlane.onnx}.
 */
@Tag("long")
class OnnxBackendIT {
    private static final double RELATIVE = 1e-3;
    private static final double LEAST = 1e-5;

    /** What is not read, with the reason that the failure names. */
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry("test_Conv3d_dilated", "three spatial axes with dilation"),
                    Map.entry("test_Conv3d_dilated_strided", "three spatial axes with dilation"),
                    Map.entry("test_Conv3d_groups", "three spatial axes in 2 groups"),
                    Map.entry("test_gradient_of_add", "ai.onnx.preview.training"),
                    Map.entry("test_gradient_of_add_and_mul", "ai.onnx.preview.training"),
                    Map.entry("test_sequence_model1", "'Seq_empty' (SequenceEmpty)"),
                    Map.entry("test_sequence_model2", "(SequenceConstruct)"),
                    Map.entry("test_sequence_model3", "(SequenceConstruct)"),
                    Map.entry("test_sequence_model4", "(SequenceConstruct)"),
                    Map.entry("test_sequence_model5", "(SequenceConstruct)"),
                    Map.entry("test_sequence_model6", "(SplitToSequence)"),
                    Map.entry("test_sequence_model7", "(SplitToSequence)"),
                    Map.entry("test_sequence_model8", "(SplitToSequence)"),
                    Map.entry("test_shrink", "(Shrink)"));

    @TempDir Path temp;

    private static Path data() {
        return Path.of(System.getProperty("pitlane.onnx", ""));
    }

    private static boolean isThere() {
        return Files.isDirectory(data().resolve("light"));
    }

    static Stream<BackendCase> cases() {
        return isThere()
                ? Stream.of("pytorch-converted", "pytorch-operator", "simple")
                        .flatMap(folder -> BackendCase.of(data().resolve(folder)).stream())
                : Stream.empty();
    }

    static Stream<BackendCase> lightModels() {
        return isThere() ? BackendCase.light(data().resolve("light")).stream() : Stream.empty();
    }

    @Test
    void theTestsOfTheOnnxProjectAreThere() {
        assumeTrue(
                isThere(),
                "-Dpitlane.onnx names no folder onnx/backend/test/data of the Python package onnx");

        assertThat(lightModels()).hasSize(9);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("cases")
    void aModelGivesTheExpectedOutputsOrIsRefusedWithAReason(BackendCase onnx) throws IOException {
        var reason =
                onnx.name().startsWith("test_strnorm")
                        ? "(StringNormalizer)"
                        : REFUSED.get(onnx.name());
        if (reason != null) {
            assertThatThrownBy(() -> OnnxModel.read(onnx.model(), null))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining(reason);
        } else {
            check(onnx);
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("lightModels")
    void aWholeNetworkGivesTheExpectedOutputs(BackendCase onnx) throws IOException {
        check(onnx);
    }

    private void check(BackendCase onnx) throws IOException {
        var actual = ReadModel.of(onnx.model(), null, temp).run(onnx.inputsByName());

        var expected = onnx.outputsByName();
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, values) ->
                        ReadModel.assertClose(name, actual.get(name), values, RELATIVE, LEAST));
    }
}
