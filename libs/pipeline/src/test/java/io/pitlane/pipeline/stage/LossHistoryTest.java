package io.pitlane.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.training.TrainingLoss;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
    private static TrainingLoss loss(String training, double epoch, double loss) {
        return new TrainingLoss(training, epoch, 1000, loss, null);
    }

    private static List<TrainingLoss> of(String training, LossHistory history) {
        return history.points().stream().filter(p -> training.equals(p.training())).toList();
    }

    @Test
    void aTrainingThatGoesBackLosesThePointsAfter() {
        // When
        var history = new LossHistory(100);
        history.add(loss(null, 1, 0.9));
        history.add(loss(null, 2, 0.8));
        history.add(loss(null, 1.5, 0.7));

        // Then
        assertThat(history.points()).containsExactly(loss(null, 1, 0.9), loss(null, 1.5, 0.7));
    }

    @Test
    void aLossThatIsNotFiniteIsNoPoint() {
        // When
        var history = new LossHistory(100);
        history.add(loss(null, 1, Double.NaN));
        history.add(loss(null, 1, Double.POSITIVE_INFINITY));

        // Then
        assertThat(history.points()).isEmpty();
    }

    @Test
    void aLongCurveKeepsItsEndsOfEpochsAndItsLastPoint() {
        // When
        var history = new LossHistory(100);
        for (int i = 1; i <= 320; i++) {
            history.add(loss("only", i / 16.0, i));
        }

        // Then
        var points = history.points();
        assertThat(points).hasSizeBetween(33, 100);
        assertThat(points).isSortedAccordingTo((a, b) -> Double.compare(a.epoch(), b.epoch()));
        assertThat(points).extracting(TrainingLoss::epoch).contains(1.0, 7.0, 19.0, 20.0);
        assertThat(points.get(points.size() - 1)).isEqualTo(loss("only", 20, 320));
    }

    @Test
    void trainingsShareThePointsEvenly() {
        // When
        var history = new LossHistory(100);
        for (int i = 1; i <= 400; i++) {
            for (int training = 0; training < 4; training++) {
                history.add(loss("training " + training, i / 8.0, i));
            }
        }

        // Then
        assertThat(history.points()).hasSizeLessThanOrEqualTo(100);
        for (int training = 0; training < 4; training++) {
            var points = of("training " + training, history);
            assertThat(points).hasSizeBetween(12, 50);
            assertThat(points.get(points.size() - 1).epoch()).isEqualTo(50);
        }
    }

    @Test
    void aTrainingThatGoesOnIsKeptBeforeThoseThatHaveEnded() {
        // Given
        var history = new LossHistory(100);
        history.add(loss("goes on", 1, 1));

        // When
        for (int ended = 0; ended < 200; ended++) {
            history.add(loss("ended " + ended, 1, 1));
            history.add(loss("goes on", 2 + ended, 1));
        }

        // Then
        assertThat(of("goes on", history)).isNotEmpty();
        assertThat(of("ended 0", history)).isEmpty();
        assertThat(of("ended 199", history)).hasSize(1);
    }
}
