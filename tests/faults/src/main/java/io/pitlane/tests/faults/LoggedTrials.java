package io.pitlane.tests.faults;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.TrialStage;

/** Logs that a trial was begun, then behaves as its genome says. */
public final class LoggedTrials implements TrialStage {

    @Override
    public TrialScore score(StageTask task, Trial trial, ProgressListener progress) {
        var eventLog = new EventLog(task.plan().model());
        eventLog.note("trial " + trial.number());
        progress.at(0.5, "epoch 1/2");
        switch (trial.genome()) {
            case "diverge" -> {
                return TrialScore.failed(trial, "The loss is no number.");
            }
            case "refuse" ->
                    throw FailureException.invalidInput("It does not fit.", "Try another.");
            case "crash" -> Runtime.getRuntime().halt(139);
            case "exhaust" -> exhaust();
            case "wait" -> eventLog.await("go");
            default -> {
                // Works.
            }
        }
        return TrialScore.of(trial, trial.number() / 100.0, 1, 1, null);
    }

    private static void exhaust() {
        var hoard = new java.util.ArrayList<byte[]>();
        while (true) {
            hoard.add(new byte[8 << 20]);
        }
    }
}
