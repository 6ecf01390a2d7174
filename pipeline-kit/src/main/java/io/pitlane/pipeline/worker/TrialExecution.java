package io.pitlane.pipeline.worker;

import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.pipeline.process.ChildProcess;
import java.time.Duration;
import java.time.Instant;

/** One trial at work on this replica. */
final class TrialWork implements Shift.Work {
    private static final int LONGEST = 2_000;

    private final TrialTools tools;
    private final Trial trial;
    private final Instant startedAt = Instant.now();
    private final ChildProcess child;
    private final Tenure tenure;
    private volatile boolean ended;
    private volatile boolean stopped;

    TrialWork(TrialTools tools, Claim claim, Trial trial) {
        this.tools = tools;
        this.trial = trial;
        this.child = tools.workshop().child(startedAt);
        this.tenure = new Tenure(claim, this::hasEnded, child::cancel);
    }

    private boolean hasEnded() {
        ended = tools.board().isEnded(trial.job());
        return ended;
    }

    /**
     * Does the trial.
     *
     * @throws io.pitlane.contract.FailureException when there is no score
     */
    TrialScore score() {
        var task = tools.workshop().task(trial.job(), null);
        return by(tools.workshop().score(task, trial, child, this::tell));
    }

    /** The score of a trial that came to nothing. */
    TrialScore failed(String why) {
        var told = why.length() <= LONGEST ? why : why.substring(0, LONGEST) + "...";
        return by(TrialScore.failed(trial, told));
    }

    private TrialScore by(TrialScore score) {
        var now = Instant.now();
        var seconds = Duration.between(startedAt, now).toMillis() / 1000.0;
        return score.by(tools.replica(), seconds, now);
    }

    private void tell(double fraction, String message) {
        var news = trial.title() + " on " + tools.replica() + ": " + message;
        tools.news().tell(trial.job(), null, news);
    }

    /** Whether the search came to its end meanwhile, so that no score is wanted. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the trial was broken off. */
    boolean isAbandoned() {
        return stopped || tenure.isOver();
    }

    @Override
    public void stop() {
        stopped = true;
        child.cancel();
    }

    /** The end of the child's log. */
    String log() {
        return child.logTail();
    }

    /** Since it was begun. */
    Duration took() {
        return Duration.between(startedAt, Instant.now());
    }

    @Override
    public void close() {
        tenure.close();
        tools.metrics().childRestarts(child.restarts());
    }
}
