package io.pitlane.graph.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.SavedModelBundle;

class SavedModelWriterTest {
    @TempDir Path folder;

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void tensorFlowLoadsWhatWasWritten(String name) {
        // Given
        var graph = SampleGraphs.all().get(name).get();

        // When
        SavedModelWriter.write(graph, folder);

        // Then
        var loaded = ModelOutputs.ofOriginal(folder, "serving_default", 3, 1);
        assertThat(loaded.maxDifference(ModelOutputs.of(graph, 3, 1))).isZero();
        assertThat(loaded.largest()).isGreaterThan(0.05);
    }

    @Test
    void theSignatureKeepsItsPorts() {
        // When
        SavedModelWriter.write(SampleGraphs.detector(), folder);

        // Then
        try (var bundle = SavedModelBundle.load(folder.toString(), "serve")) {
            var signature = bundle.function("serving_default").signature();
            assertThat(signature.inputNames()).containsExactly("image");
            assertThat(signature.outputNames())
                    .containsExactlyInAnyOrder(
                            "coarse_boxes", "coarse_scores", "fine_boxes", "fine_scores");
            assertThat(signature.methodName()).isEqualTo("tensorflow/serving/predict");
        }
    }

    @Test
    void theSameGraphGivesTheSameBytesAndNothingElse() throws IOException {
        // When
        SavedModelWriter.write(SampleGraphs.detector(), folder.resolve("one"));
        SavedModelWriter.write(SampleGraphs.plain(), folder.resolve("two"));
        SavedModelWriter.write(SampleGraphs.detector(), folder.resolve("two"));

        // Then
        var file = Path.of("saved_model.pb");
        assertThat(folder.resolve("two").resolve(file))
                .hasSameBinaryContentAs(folder.resolve("one").resolve(file));
        try (var files = Files.list(folder.resolve("two"))) {
            assertThat(files.map(Path::getFileName)).containsExactly(file);
        }
    }
}
