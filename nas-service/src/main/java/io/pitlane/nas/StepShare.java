package io.pitlane.nas;

import io.pitlane.contract.NasStep;

/** How much of a nas step the search is, and how much the winner's training. */
final class StepShare {
    private StepShare() {}

    /** The search's share of the step, 0..1, going by epochs. */
    static double ofSearch(NasStep step) {
        double search = (double) step.budget().trials() * step.trial().epochs();
        return search / (search + Math.max(1, step.training().epochs()));
    }
}
