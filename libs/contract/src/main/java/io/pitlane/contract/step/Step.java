package io.pitlane.contract.step;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.validation.Problems;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One stage with its options. Written as an object with one field, the stage's name: {@code {prune:
 * {ratio: 0.5}}}. Paths are the user's in a plan as written, and relative to the data artifact's
 * root in a plan that travels.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
@JsonSubTypes({
    @JsonSubTypes.Type(value = PruneStep.class, name = "prune"),
    @JsonSubTypes.Type(value = DistillStep.class, name = "distill"),
    @JsonSubTypes.Type(value = NasStep.class, name = "nas"),
    @JsonSubTypes.Type(value = QuantizeStep.class, name = "quantize"),
    @JsonSubTypes.Type(value = BenchStep.class, name = "bench")
})
public sealed interface Step permits PruneStep, DistillStep, NasStep, QuantizeStep, BenchStep {

    /** The technique service that runs this step. */
    StageName stage();

    /** Adds every option that is out of its range or has no effect. */
    void check(Problems problems);

    /** Adds a problem if the step cannot work for models of this task. */
    default void checkTask(Task task, Problems problems) {}

    /** Adds a problem if the step cannot work with models whose images are preprocessed so. */
    default void checkInput(InputSpec input, Problems problems) {}

    /** What the step does, as the predicate of a sentence: "quantizes the model to int8". */
    String summary();

    /** The work that the options ask for. */
    StepWork work();

    /** Threads for the step's native arithmetic; null where the step leaves it to the service. */
    default Integer nativeThreads() {
        return null;
    }

    /**
     * What the step's result depends on in the plan's bench step; null for nothing. In JSON it
     * tells apart bench steps that lead to different results.
     */
    default Object dependsOn(BenchStep bench) {
        return null;
    }

    /** Paths of the models this step reads besides the run's own, by the field that names each. */
    default Map<String, String> models() {
        return Map.of();
    }

    /** The same step with the path of every one of {@link #models()} replaced. */
    default Step mapModels(UnaryOperator<String> path) {
        return this;
    }
}
