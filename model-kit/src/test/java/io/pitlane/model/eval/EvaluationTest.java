package io.pitlane.model.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.Accuracy;
import io.pitlane.contract.Report;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final float[][] SCORES = {
        {0.7f, 0.1f, 0.1f, 0.04f, 0.03f, 0.02f, 0.01f},
        {0.7f, 0.1f, 0.1f, 0.04f, 0.03f, 0.02f, 0.01f},
        {0.0f, 0.9f, 0.1f, 0.0f, 0.0f, 0.0f, 0.0f},
        {0.1f, 0.1f, 0.2f, 0.2f, 0.1f, 0.2f, 0.1f}
    };

    @Test
    void accuracyCountsTheHighestTheFiveHighestAndEachClass() {
        var evaluation = new Evaluation(SCORES, new int[] {0, 5, 1, 0});

        assertThat(evaluation.accuracy())
                .contains(new Accuracy.Classification(0.5, 0.75, Map.of(0, 0.5, 1, 1.0, 5, 0.0)));
    }

    @Test
    void ofEqualScoresTheLowerClassWins() {
        assertThat(new Evaluation(SCORES, new int[] {0, 0, 1, 2}).accuracy())
                .map(Accuracy.Classification::top1)
                .contains(1.0);
        assertThat(new Evaluation(SCORES, new int[] {0, 0, 1, 3}).accuracy())
                .map(Accuracy.Classification::top1)
                .contains(0.75);
    }

    @Test
    void answersThatAreNoNumbersAreWrong() {
        float[][] broken = {{Float.NaN, Float.NaN}};

        assertThat(new Evaluation(broken, new int[] {0}).accuracy())
                .contains(new Accuracy.Classification(0, 0.0, Map.of(0, 0.0)));
    }

    @Test
    void withoutLabelsThereIsNoAccuracy() {
        assertThat(new Evaluation(SCORES, null).accuracy()).isEmpty();
    }

    @Test
    void fidelityComparesTheHighestAndTheDistance() {
        var original = new Evaluation(new float[][] {{3, 0}, {0, 4}}, null);
        var candidate = new Evaluation(new float[][] {{3, 4}, {0, 4}}, null);

        var fidelity = Fidelity.between(original, candidate);

        assertThat(fidelity.agreement()).isEqualTo(0.5);
        assertThat(fidelity.relativeL2()).isCloseTo(4.0 / 5.0, within(1e-12));
        assertThat(Fidelity.between(original, original)).isEqualTo(new Report.Fidelity(1.0, 0.0));
    }

    @Test
    void modelsOfOtherClassesCannotBeCompared() {
        var two = new Evaluation(new float[][] {{1, 2}}, null);
        var three = new Evaluation(new float[][] {{1, 2, 3}}, null);

        assertThatThrownBy(() -> Fidelity.between(two, three))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
