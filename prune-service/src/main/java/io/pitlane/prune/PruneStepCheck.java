package io.pitlane.prune;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.PlannedStep;

/** What a prune step asks of the model, as far as it is known before the run. */
record PruneStepCheck(PlannedStep step, PruneStep options) {

    PruneStepCheck(PlannedStep step) {
        this(step, withoutLatency(step.options(PruneStep.class)));
    }

    /** A latency is measured where the step runs. */
    private static PruneStep withoutLatency(PruneStep step) {
        return step.target() != null && step.target().latencyMillis() != null
                ? step.toBuilder().target(null).build()
                : step;
    }

    /**
     * Checks the step.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it names a layer that
     *     the model does not have, gives one group two ratios, or has a target that cannot be
     *     reached
     */
    void run() {
        if (options.method() == Method.CHANNELS && asksOfTheModel() && isFirst()) {
            var graph = SavedModelReader.read(step.original(), step.plan().signature());
            var sizes = new TrainingImages(step.plan(), step.folder(), graph).shape();
            var allocation = new StepAllocation(options, step.field(), graph, sizes);
            DependencyGraph.of(VectorUnsharing.apply(graph)).groups().forEach(allocation::ratio);
        }
    }

    private boolean asksOfTheModel() {
        return options.target() != null || options.ratios() != null || options.ignore() != null;
    }

    /** Whether the step gets the original, so that its layers and its cost are known. */
    private boolean isFirst() {
        return step.plan().steps().subList(0, step.index()).stream()
                .allMatch(earlier -> earlier.stage() == StageName.BENCH);
    }
}
