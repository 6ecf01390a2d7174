package io.pitlane.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

class TfliteModelTest {
    @TempDir private Path folder;

    @Test
    void xnnpackRunsTheWholeGraph() throws IOException {
        var file = TestModels.write(Engine.TFLITE, folder);

        try (var model = (TfliteModel) load(file, null)) {
            model.predict(TestModels.images(3));

            assertThat(model.plannedNodes()).isEqualTo(1);
        }
    }

    /** The integers of scale 0.5 stand for the reals from -64.5 to 63, or from -1 to 126.5. */
    @ParameterizedTest
    @CsvSource({"INT8, 1, 63, -64.5", "UINT8, 2, 126.5, -1"})
    void integersAreGivenAndReturnedAsRealNumbers(
            String type, long zeroPoint, float largest, float least) throws IOException {
        // Given
        var file = folder.resolve("relu.tflite");
        Files.write(file, TfliteWriter.quantizedRelu("INT8".equals(type), 0.5f, zeroPoint));

        try (var model = load(file, null)) {
            // When
            var values = new float[] {3.3f, 1000, -0.7f, least - 10};
            var outputs = model.predict(new FloatTensor(values, 1, 4));

            // Then
            assertThat(model.input().dtype()).isEqualTo(DataType.DT_FLOAT);
            assertThat(outputs.of("out").values()).containsExactly(3.5f, largest, 0, 0);
        }
    }

    @Test
    void aSignatureThatTheModelHasNotIsNamed() throws IOException {
        var file = TestModels.write(Engine.TFLITE, folder);

        assertThatThrownBy(() -> load(file, "serving_defalt"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.action()).contains("serving_default"))
                .hasMessageContaining("no signature 'serving_defalt'");
    }

    private static EngineModel load(Path file, String signature) {
        return InferenceEngine.of(Engine.TFLITE)
                .load(file, LoadOptions.of(signature, InputSpec.DEFAULT));
    }
}
