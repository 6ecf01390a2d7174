package io.pitlane.gateway.runs;

import io.pitlane.contract.Progress;
import io.pitlane.contract.RunState;

/** Is told what happens to one run, in order; must not block, since every other run waits. */
interface RunListener {

    /** The run came to a state; nothing follows one that has ended. */
    void state(RunState state);

    /** A step of the run got further. */
    void progress(Progress progress);
}
