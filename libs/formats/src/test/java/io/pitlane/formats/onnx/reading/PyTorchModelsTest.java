package io.pitlane.formats.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.NodeDef;

/**
 * Models that PyTorch exported, with the outputs that it computed: {@code
 * examples/onnx/export_models.py --width 0.0625 --side 64}.
 */
class PyTorchModelsTest {
    @TempDir Path temp;

    static Stream<BackendCase> models() throws URISyntaxException {
        var folder = PyTorchModelsTest.class.getResource("/pytorch").toURI();
        return BackendCase.of(Path.of(folder)).stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void aModelGivesTheOutputsOfPyTorch(BackendCase model) throws IOException {
        // When
        var actual = ReadModel.of(model.model(), null, temp).run(model.inputsByName());

        // Then
        var expected = model.outputsByName().get("scores");
        double largest = 0;
        for (float value : expected.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        ReadModel.assertClose("scores", actual.get("scores"), expected, 1e-4, 1e-4 * largest);
    }

    @ParameterizedTest
    @MethodSource("models")
    void noLayerIsBehindATransposition(BackendCase model) {
        // When
        var read = ReadModel.of(model.model(), null, temp);

        // Then
        assertThat(read.flat().nodes()).extracting(NodeDef::getOp).doesNotContain("Transpose");
        assertThat(read.flat().signature().inputs().get(0).shape())
                .containsExactly(-1L, 64L, 64L, 3L);
    }

    @Test
    void aSegmenterGivesItsClassesLast() throws URISyntaxException {
        // Given
        var unet = models().filter(model -> model.name().equals("unet")).findFirst().orElseThrow();

        // When
        var read = ReadModel.of(unet.model(), null, temp);

        // Then
        assertThat(read.flat().signature().outputs().get(0).shape())
                .containsExactly(-1L, 64L, 64L, 3L);
    }
}
