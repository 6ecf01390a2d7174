package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Image;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose steps were learned, run by every engine. */
class TrainedExportsTest {
    private static final InputSpec INPUT = InputSpec.builder().scale(1 / 255.0).build();
    private static final FloatTensor IMAGES =
            Int8Fixture.unsigned(4, 16, 16, 3).map(value -> value / 255);

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "squeeze and excite",
                "joined parts of different ranges",
                "nearest and bilinear resizing",
                "activation functions",
                "a product of two branches",
                "several outputs a channel"
            })
    void everyEngineComputesWhatWasTrained(String name) {
        // Given
        var graph = QuantizedNets.all().get(name).get();
        var quantized =
                new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, List.of(IMAGES)).graph();

        // When
        var trained = train(quantized, graph);

        // Then: the engines keep to the learned numbers
        assertThat(QuantizedGraph.of(trained).quantizations().keySet())
                .isEqualTo(QuantizedGraph.of(quantized).quantizations().keySet());
        assertThat(QuantizedGraph.of(trained)).isNotEqualTo(QuantizedGraph.of(quantized));
        var simulated = Int8Fixture.output(trained, IMAGES);
        double loss = EngineFixture.relativeError(Int8Fixture.output(graph, IMAGES), simulated);
        for (var format : ModelFormat.values()) {
            var computed = EngineFixture.output(format, trained, IMAGES, folder);
            assertThat(EngineFixture.relativeError(simulated, computed))
                    .as("%s, loss %s", format, loss)
                    .isLessThan(0.02);
        }
    }

    private static FlatGraph train(FlatGraph quantized, FlatGraph teacher) {
        var random = new Random(3);
        var images = new ArrayList<Image>();
        for (int i = 0; i < 64; i++) {
            var pixels = new byte[16 * 16 * 3];
            random.nextBytes(pixels);
            images.add(new Image(16, 16, 3, pixels));
        }
        var options = Training.builder().epochs(4).learningRate(0.003).batchSize(8).build();
        var loss = DistillationLoss.builder().labels(0).softTargets(1).temperature(1).build();
        return new FineTuning(quantized, teacher, Task.REGRESSION, options, loss, 3)
                .run(
                        ImageSet.of(images),
                        Preprocessor.of(INPUT, quantized.signature().inputs().get(0)),
                        TrainingListener.NONE)
                .graph();
    }
}
