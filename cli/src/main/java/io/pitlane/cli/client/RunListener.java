package io.pitlane.cli.client;

import io.pitlane.contract.Progress;
import io.pitlane.contract.RunState;

/** Is told what a run does, in the order in which it happens. */
public interface RunListener {

    /** A step came further. */
    void progress(Progress progress);

    /** The run came to another state. */
    void state(RunState state);
}
