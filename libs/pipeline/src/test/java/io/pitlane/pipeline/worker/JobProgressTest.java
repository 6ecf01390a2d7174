package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.run.Job;
import io.pitlane.contract.run.Progress;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.testing.Plans;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobProgressTest {
    private static final TrainingLoss LOSS = new TrainingLoss(null, 1, 2, 0.5, null);

    private final List<Progress> published = new ArrayList<>();
    private int restarts;
    private final JobProgress progress =
            new JobProgress(
                    event -> published.add(event.build()),
                    new Job(
                            "r",
                            Plans.named("works"),
                            0,
                            null,
                            List.of(),
                            List.of(),
                            Instant.EPOCH),
                    () -> restarts);

    @Test
    void anEventNamesTheStepTheAttemptAndTheLoss() {
        // When
        progress.begunBefore(2);
        restarts = 1;
        progress.at(0.5, "epoch 1/2", LOSS);

        // Then
        var event = published.get(0);
        assertThat(event.runId()).isEqualTo("r");
        assertThat(event.stage()).isEqualTo(StageName.PRUNE);
        assertThat(event.attempt()).isEqualTo(4);
        assertThat(event.fraction()).isEqualTo(0.5);
        assertThat(event.loss()).isEqualTo(LOSS);
        assertThat(event.log()).isNull();
    }

    @Test
    void theLogGoesWithTheLatestProgress() {
        // When
        progress.at(0.5, "epoch 1/2", LOSS);
        progress.log("a line");
        progress.at(0.6, "epoch 2/2", LOSS);

        // Then
        assertThat(published).extracting(Progress::log).containsExactly(null, "a line", null);
        assertThat(published).extracting(Progress::loss).containsExactly(LOSS, null, LOSS);
        assertThat(published)
                .extracting(Progress::message)
                .containsExactly("epoch 1/2", "epoch 1/2", "epoch 2/2");
    }

    @Test
    void theLogBeforeTheFirstProgressGoesWithIt() {
        // When
        progress.log("a line");
        progress.at(0, "reading the model");
        progress.at(1, "pruned");

        // Then
        assertThat(published).extracting(Progress::log).containsExactly("a line", null);
    }

    @Test
    void aNoteDoesNotTellHowFarTheStepIs() {
        progress.note("the checkpoint is damaged");

        assertThat(published.get(0).fraction()).isNull();
        assertThat(published.get(0).message()).isEqualTo("the checkpoint is damaged");
    }
}
