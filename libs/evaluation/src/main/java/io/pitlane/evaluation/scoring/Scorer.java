package io.pitlane.evaluation.scoring;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.runtime.Outputs;
import java.util.Optional;

/** Counts how right a model is, batch after batch, without keeping what it answered. */
public interface Scorer {

    /** Takes the answers to a batch; positions of the batch behind its size do not count. */
    void add(Outputs outputs, Batch batch);

    /** How right all answers were; empty when the annotations cannot tell. */
    Optional<Accuracy> accuracy();
}
