package io.pitlane.cli.client;

import io.pitlane.contract.run.Progress;
import io.pitlane.contract.run.RunState;

/** Receives the events of a run, in their order. */
public interface RunListener {

    /** A step has made progress. */
    void progress(Progress progress);

    /** The run has another state. */
    void state(RunState state);
}
