package io.pitlane.pipeline.worker;

import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.consumer.Claim;
import io.pitlane.pipeline.metrics.StageMetrics;
import io.pitlane.pipeline.process.JobRunner;
import io.pitlane.pipeline.trial.SettledTrials;
import java.time.Instant;

/** The work on one trial, which is obsolete when its search ends. */
final class TrialExecution extends ChildExecution<TrialScore> {
    private final Services services;
    private final Trial trial;

    /**
     * What the executions of all trials share.
     *
     * @param replica the name of this replica
     * @param runner runs the child
     * @param settled the trials that nobody has to do any more
     * @param progress where progress is published
     * @param metrics what is counted
     */
    record Services(
            String replica,
            JobRunner runner,
            Cancellations cancellations,
            SettledTrials settled,
            ProgressPublisher progress,
            StageMetrics metrics) {}

    TrialExecution(Services services, Claim claim, Trial trial) {
        super(
                services.runner(),
                claim,
                () ->
                        services.cancellations().isCancelled(trial.job().runId())
                                || services.settled().isEnded(trial.job()),
                services.metrics());
        this.services = services;
        this.trial = trial;
    }

    @Override
    public TrialScore run() {
        var task = services.runner().task(trial.job(), null);
        var progress = new TrialProgress(services.progress(), trial, services.replica());
        var score = services.runner().score(task, trial, child(), progress);
        return score.by(services.replica(), duration().toMillis() / 1000.0, Instant.now());
    }
}
