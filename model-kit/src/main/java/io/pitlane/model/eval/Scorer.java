package io.pitlane.model.eval;

import io.pitlane.contract.Accuracy;
import io.pitlane.model.data.Batch;
import io.pitlane.model.runtime.Outputs;
import java.util.Optional;

/** Counts how right a model is, batch after batch, without keeping what it answered. */
interface Scorer {

    /** Takes the answers to a batch; positions of the batch behind its size do not count. */
    void add(Outputs outputs, Batch batch);

    /** How right all answers were; empty when the annotations cannot tell. */
    Optional<Accuracy> accuracy();
}
