package io.pitlane.prune;

import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.step.PruneStep;
import java.util.Optional;

/**
 * For how many epochs a restored model is fine-tuned: the less reconstruction left to do, the
 * fewer.
 *
 * @param epochs at least 1, unless the step has none
 * @param most the epochs of the step
 * @param missing share of what the cut changed in the outputs that is still missing, 0..1
 */
record FineTuningLength(int epochs, int most, double missing) {

    /**
     * The length for a model. In rounds, reconstruction compares with the model before the last
     * round; therefore all epochs of the step follow.
     */
    static FineTuningLength of(PruneStep step, PrunedModel pruned) {
        int most = step.fineTune().epochs();
        boolean isOnce = step.rounds() != null && step.rounds() == 1;
        return result(pruned)
                .filter(result -> isOnce)
                .map(ReconstructionResult::missing)
                .map(
                        missing -> {
                            double least = step.reconstruction().leastEpochs();
                            double share = least + (1 - least) * missing;
                            int epochs = (int) Math.round(share * most);
                            return new FineTuningLength(
                                    Math.min(most, Math.max(1, epochs)), most, missing);
                        })
                .orElse(new FineTuningLength(most, most, 1));
    }

    private static Optional<ReconstructionResult> result(PrunedModel pruned) {
        return pruned.findings().stream()
                .filter(ReconstructionResult.class::isInstance)
                .map(ReconstructionResult.class::cast)
                .findFirst();
    }

    /** The step with this length. */
    PruneStep of(PruneStep step) {
        return step.toBuilder().fineTune(step.fineTune().withEpochs(epochs)).build();
    }

    /** Why it is shorter than the step says; empty where it is not. */
    Optional<String> note() {
        return epochs == most
                ? Optional.empty()
                : Optional.of(
                        "%d of %d epochs of fine-tuning: reconstruction left %.0f %% of what the cut changed"
                                .formatted(epochs, most, 100 * missing));
    }
}
