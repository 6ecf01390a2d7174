package io.pitlane.pipeline.stage;

import io.pitlane.contract.step.StageName;
import java.nio.file.Path;

/**
 * A technique: the one interface a technique service implements. Found through {@link
 * java.util.ServiceLoader} in the child JVM that does one job, and in the command line, which asks
 * it about models and plans before a run; knows files, not Kafka.
 */
public interface Stage {

    /** The step of a plan that this stage does. */
    StageName name();

    /**
     * Says what the technique can do with a model. What it needs for that comes from the service's
     * own classes and its libraries; neither CDI nor Kafka is there.
     *
     * @param savedModel folder of the SavedModel
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when it cannot be read
     */
    default ModelAdvice describe(Path savedModel) {
        return ModelAdvice.NONE;
    }

    /**
     * Checks what the technique asks of a step's model and data, beyond what holds for every plan.
     *
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the step cannot be
     *     done, naming its field
     */
    default void check(PlannedStep step) {}

    /**
     * Does one step. A model that is made follows from the step's options, the original and the
     * current model, the training images, and the plan's input, task, signature, output and seed: a
     * later run with the same ones gets it from the step cache.
     *
     * @param task what to do, with everything it needs as local files
     * @param progress told how far the work is, as often as once a second
     * @return what came of it
     * @throws io.pitlane.contract.failure.FailureException when the run cannot go on, and why
     */
    StageOutcome run(StageTask task, ProgressListener progress);
}
