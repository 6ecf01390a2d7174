package io.pitlane.nas;

import io.pitlane.contract.step.NasStep;
import io.pitlane.pipeline.stage.ProgressListener;

/**
 * The part of a nas step's progress that one phase covers; phases are weighted by epochs.
 *
 * @param start fraction of the step where the phase starts, 0..1
 * @param end fraction of the step where it ends, 0..1
 */
record ProgressRange(double start, double end) {

    /** The range of the search. */
    static ProgressRange ofSearch(NasStep step) {
        double search = (double) step.budget().trials() * step.trial().epochs();
        return new ProgressRange(0, search / (search + Math.max(1, step.training().epochs())));
    }

    /** The range of the winner's training. */
    static ProgressRange ofTraining(NasStep step) {
        return new ProgressRange(ofSearch(step).end(), 1);
    }

    /** A listener that maps the fractions of the phase, 0..1, to those of the step. */
    ProgressListener mapTo(ProgressListener step) {
        return step.part(start, end);
    }
}
