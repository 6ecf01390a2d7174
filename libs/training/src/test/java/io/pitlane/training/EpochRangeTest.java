package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.BatchNorm;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.contract.training.Training.Optimizer.Method;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A training that is done in parts. */
class EpochRangeTest {
    private static final ImageSet IMAGES = TinyModels.stripes(300, 5, true);
    private static final FlatGraph MODEL = TinyModels.classifier(1, "Softmax");

    @Test
    void withAnOptimizerThatRemembersNothingPartsAreTheWhole() {
        // Given
        var forgetful = options(new Optimizer(Method.SGD, 0.0, null, null));
        var whole = run(trainer(MODEL, forgetful));

        // When
        var first = run(trainer(MODEL, forgetful).withEpochs(1, 2));
        var parts = run(trainer(first, forgetful).withEpochs(3, 3));

        // Then
        assertThat(kernel(first)).isNotEqualTo(kernel(MODEL));
        assertThat(kernel(parts).values()).containsExactly(kernel(whole).values(), within(1e-6f));
    }

    @Test
    void theModelAfterTheLastEpochIsTheResultWhateverItsValidationLoss() {
        // Given: a rate at which the loss rises
        var harmful = options(Optimizer.DEFAULT).toBuilder().learningRate(3.0).validation(0.2);

        // When
        var shares = new ArrayList<Double>();
        var trained =
                trainer(MODEL, harmful.build())
                        .withEpochs(2, 2)
                        .run(
                                IMAGES,
                                TinyModels.preprocessor(MODEL),
                                (share, message, loss) -> shares.add(share));

        // Then
        assertThat(trained.bestEpoch()).isEqualTo(2);
        assertThat(trained.steps()).isEqualTo(2 * 15);
        assertThat(shares).isSorted().allMatch(share -> share >= 1.0 / 3 && share <= 2.0 / 3);
    }

    private static Training options(Optimizer optimizer) {
        return Training.builder()
                .epochs(3)
                .learningRate(0.01)
                .batchSize(16)
                .optimizer(optimizer)
                .batchNorm(BatchNorm.FROZEN)
                .validation(0)
                .build();
    }

    private static Trainer trainer(FlatGraph model, Training options) {
        var head = Head.of(model, model.signature().outputs().get(0));
        var labels = new ClassificationLoss(head, 1, IMAGES.labels().orElseThrow(), 0);
        return new Trainer(model, List.of(labels), options, 7);
    }

    private static FloatTensor kernel(FlatGraph graph) {
        return FloatTensor.of(graph.node("dense/kernel"));
    }

    private static FlatGraph run(Trainer trainer) {
        return trainer.run(IMAGES, TinyModels.preprocessor(MODEL), TrainingListener.NONE).graph();
    }
}
