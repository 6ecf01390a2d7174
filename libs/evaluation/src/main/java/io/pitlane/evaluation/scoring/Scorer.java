package io.pitlane.evaluation.scoring;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.batch.Batch;
import io.pitlane.graph.runtime.Outputs;
import java.util.Optional;

/** Measures the accuracy of a model batch by batch, without storing its outputs. */
public interface Scorer {

    /**
     * Adds the outputs for a batch; positions beyond the size of the batch are padding and ignored.
     */
    void add(Outputs outputs, Batch batch);

    /**
     * The accuracy over all batches; empty if no annotation counts, such as a set of ignored
     * pixels.
     */
    Optional<Accuracy> accuracy();

    /** The results on every image; only once all images of the set were added. */
    ImageResults imageResults();
}
