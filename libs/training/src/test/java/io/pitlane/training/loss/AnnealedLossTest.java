package io.pitlane.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.TinyModels;
import io.pitlane.training.TrainingGraph;
import io.pitlane.training.head.Head;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnealedLossTest {
    private static final int IMAGES = 8;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.75, 0.25, 0})
    void theWeightFallsWithTheRemainingShareOfTheTraining(double remaining) {
        var model = TinyModels.classifier(1, "Softmax");
        var images = TinyModels.stripes(IMAGES, 3, true);
        var head = Head.of(model, model.signature().outputs().get(0));
        var lasting = new ClassificationLoss(head, 1, images.labels().orElseThrow(), 0);
        var fading = new ClassificationLoss(head, 3, images.labels().orElseThrow(), 0);
        var batch = new Batches(images, TinyModels.preprocessor(model), IMAGES).inOrder().next();
        try (var alone = graph(model, lasting);
                var both = graph(model, lasting, new AnnealedLoss(fading))) {
            float once = alone.loss(batch);

            float met = both.step(batch, 0, 0, remaining).loss();

            assertThat(met).isCloseTo((float) (once * (1 + 3 * remaining)), within(1e-4f));
            assertThat(both.loss(batch)).isCloseTo(once, within(1e-5f));
        }
    }

    private static TrainingGraph graph(FlatGraph model, LossTerm... terms) {
        return new TrainingGraph(
                model, InputSpec.DEFAULT, List.of(terms), Training.DEFAULT, Map.of());
    }
}
