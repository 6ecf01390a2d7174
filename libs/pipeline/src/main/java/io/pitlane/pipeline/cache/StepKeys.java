package io.pitlane.pipeline.cache;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.step.Step;
import java.util.List;
import java.util.function.Supplier;

/**
 * The keys of the step cache: a digest of all that a step's result depends on, as canonical JSON.
 * Steps with the same key have the same result, whatever their runs and plans are called.
 */
public final class StepKeys {
    private final Supplier<String> codeDigest;

    /**
     * Keys of one service.
     *
     * @param codeDigest of the code that does the steps; asked for with each key
     */
    public StepKeys(Supplier<String> codeDigest) {
        this.codeDigest = codeDigest;
    }

    /**
     * What a result depends on.
     *
     * @param bench what the step depends on in the plan's bench step; null for nothing
     * @param models digests of the models that a step is given: the original and the current one
     * @param data digest of the data, which the models named in the step are part of
     */
    private record Dependencies(
            Step step,
            Object bench,
            List<String> models,
            String data,
            DataSource train,
            Task task,
            InputSpec input,
            String signature,
            String output,
            long seed,
            String code) {}

    /** The key of a job's step: the stage, a colon, and 64 lower-case hex digits. */
    public String of(Job job) {
        var plan = job.plan();
        var step = plan.steps().get(job.step());
        var models = job.models();
        var dependencies =
                new Dependencies(
                        step,
                        step.dependsOn(plan.bench()),
                        List.of(
                                models.get(0).artifact().digest(),
                                models.get(models.size() - 1).artifact().digest()),
                        job.data().digest(),
                        plan.data().train(),
                        plan.task(),
                        plan.input(),
                        plan.signature(),
                        plan.output(),
                        plan.seed(),
                        codeDigest.get());
        return step.stage().label() + ":" + JsonDigest.of(dependencies);
    }
}
