package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
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

    /** The technique service that does this step. */
    StageName stage();

    /** Notes every option outside its range. */
    void check(Problems problems);

    /** Models this step reads, besides the run's own. */
    default List<String> paths() {
        return List.of();
    }

    /** The same step with every one of {@link #paths()} replaced. */
    default Step mapPaths(UnaryOperator<String> path) {
        return this;
    }
}
