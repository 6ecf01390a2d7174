package io.pitlane.pipeline.worker;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.pipeline.stage.ProgressListener;

/**
 * Publishes the progress of a trial, which does not tell how far the step is.
 *
 * @param replica the name of this replica, for the message
 */
record TrialProgress(ProgressPublisher publisher, Trial trial, String replica)
        implements ProgressListener {

    @Override
    public void at(double fraction, String message) {
        at(fraction, message, null);
    }

    @Override
    public void at(double fraction, String message, TrainingLoss loss) {
        var job = trial.job();
        publisher.publish(
                Progress.builder()
                        .runId(job.runId())
                        .step(job.step())
                        .stage(job.plan().steps().get(job.step()).stage())
                        .message(trial.title() + " on " + replica + ": " + message)
                        .loss(TrainingLoss.in(trial.title(), loss)));
    }
}
