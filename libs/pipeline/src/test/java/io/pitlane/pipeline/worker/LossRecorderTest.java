package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.training.LossCurve;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.stage.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossRecorderTest {
    @TempDir Path checkpoints;

    private LossRecorder recorder(ProgressListener next) {
        return new LossRecorder(next, checkpoints, Duration.ZERO);
    }

    private static TrainingLoss loss(double epoch, double loss, Double validation) {
        return new TrainingLoss("student", epoch, 4, loss, validation);
    }

    @Test
    void progressIsRecordedAndPassedOn() {
        // Given
        var passedOn = new ArrayList<TrainingLoss>();
        var recorder =
                recorder(
                        new ProgressListener() {
                            @Override
                            public void at(double fraction, String message) {
                                passedOn.add(null);
                            }

                            @Override
                            public void at(double fraction, String message, TrainingLoss loss) {
                                passedOn.add(loss);
                            }
                        });

        // When
        recorder.at(0, "reading");
        recorder.at(0.1, "step 3", loss(0.5, 1.2345678, null));
        recorder.at(0.2, "step 6", loss(1, 0.75, 0.875));

        // Then
        assertThat(passedOn)
                .containsExactly(null, loss(0.5, 1.2345678, null), loss(1, 0.75, 0.875));
        assertThat(recorder.curves())
                .containsExactly(
                        new LossCurve(
                                "student",
                                4,
                                List.of(0.5f, 1f),
                                List.of(1.2346f, 0.75f),
                                Arrays.asList(null, 0.875f)));
    }

    @Test
    void aStepThatIsResumedGoesOnFromTheEpochOfItsCheckpoint() {
        // Given
        var first = recorder(ProgressListener.NONE);
        first.at(0.2, "step 6", loss(1, 0.75, null));
        first.at(0.4, "step 12", loss(2, 0.5, null));

        // When
        var second = recorder(ProgressListener.NONE);
        second.at(0.3, "step 9", loss(1.5, 0.6, null));

        // Then
        assertThat(second.curves().get(0).epoch()).containsExactly(1f, 1.5f);
        assertThat(second.curves().get(0).loss()).containsExactly(0.75f, 0.6f);
        assertThat(checkpoints).isDirectoryNotContaining(file -> file.toString().endsWith(".tmp"));
    }

    @Test
    void aDamagedFileCostsTheCurveBefore() throws IOException {
        // Given
        Files.writeString(checkpoints.resolve("losses.json"), "[{\"epoch\":[1,2],\"loss\":[1]}]");

        // When
        var recorder = recorder(ProgressListener.NONE);

        // Then
        assertThat(recorder.curves()).isEmpty();
    }
}
