package io.pitlane.nas;

import io.pitlane.contract.Job;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.trial.TrialSearch;
import java.time.Clock;

/** Searches for tests of other packages. */
final class Searches {
    private Searches() {}

    /** Runs a search to its end. */
    static SearchResult run(TrialSearch exchange, Job job) {
        return new Coordination(
                        exchange, job, ProgressListener.NONE, () -> false, Clock.systemUTC())
                .run()
                .orElseThrow();
    }
}
