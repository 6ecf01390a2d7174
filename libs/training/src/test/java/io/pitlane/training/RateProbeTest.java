package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.checkpoint.FileCheckpoints;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateProbeTest {
    private static final ImageSet IMAGES = TinyModels.stripes(300, 5, true);
    private static final FlatGraph MODEL = TinyModels.classifier(1, "Softmax");

    /** One that hardly moves the weights, one that learns, and one that leaps over the minimum. */
    private static final List<Double> RATES = List.of(1e-6, 0.01, 10.0);

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theTrainingIsThatWithTheRateOfTheLeastLoss() {
        // Given
        var messages = new ArrayList<String>();

        // When
        var probed = trained(training().learningRates(RATES).build(), messages);

        // Then: what the probe trained is undone
        var trained = trained(training().learningRate(0.01).build(), new ArrayList<>());
        assertThat(probed.learningRate()).isEqualTo(0.01);
        assertThat(probed.graph().toGraphDef()).isEqualTo(trained.graph().toGraphDef());
        assertThat(messages.get(0)).matches("learning rate 1.0E-6: loss 1\\.\\d+");
        assertThat(messages.get(1)).matches("learning rate 0.01: loss 0\\.\\d+");
        assertThat(messages.get(2)).isEqualTo("learning rate 10.0: loss Infinity");
    }

    @Test
    void aTrainingThatGoesOnKeepsItsRate() throws Exception {
        // Given
        var options = training().learningRates(RATES).build();
        var first = trained(options, new ArrayList<>());
        Files.delete(folder.resolve("t.ckpt"));
        var saved = folder.resolve("t-rate.ckpt");
        Files.writeString(saved, Files.readString(saved).replace(" 0.01", " 0.02"));
        var messages = new ArrayList<String>();

        // When
        var again = trained(options, messages);

        // Then
        assertThat(first.learningRate()).isEqualTo(0.01);
        assertThat(again.learningRate()).isEqualTo(0.02);
        assertThat(messages).noneMatch(message -> message.startsWith("learning rate"));
    }

    @Test
    void anotherTrainingChoosesItsOwnRate() {
        // Given
        trained(training().learningRates(RATES).build(), new ArrayList<>());
        var messages = new ArrayList<String>();

        // When
        var other = training().learningRates(RATES).labelSmoothing(0.1).build();
        trained(other, messages);

        // Then
        assertThat(messages).anyMatch(message -> message.startsWith("learning rate 10.0: loss"));
    }

    private static Training.Builder training() {
        var descent = new Optimizer(Optimizer.Method.SGD, 0.9, null, null);
        return Training.builder().epochs(2).batchSize(16).optimizer(descent);
    }

    private TrainedModel trained(Training options, List<String> messages) {
        var head = Head.of(MODEL, MODEL.signature().outputs().get(0));
        var loss = new ClassificationLoss(head, 1, IMAGES.labels().orElseThrow(), 0);
        return new Trainer(MODEL, List.of(loss), options, 7)
                .withCheckpoints(new FileCheckpoints(folder, Duration.ofDays(1)), "t")
                .run(
                        IMAGES,
                        TinyModels.preprocessor(MODEL),
                        (share, message, point) -> messages.add(message));
    }
}
