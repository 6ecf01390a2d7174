package io.pitlane.gateway.runs;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;

/**
 * Receives the events of one run or of all, each run's in order. Must not block, since every other
 * run waits.
 */
interface RunListener {

    /** The run has another state; no event follows a state that has ended. */
    void state(RunState state);

    /** A step of the run has made progress. */
    void progress(Progress progress);
}
