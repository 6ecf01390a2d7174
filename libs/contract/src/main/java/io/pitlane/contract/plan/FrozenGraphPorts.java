package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.validation.Problems;
import java.util.List;

/**
 * The inputs and outputs of a frozen graph, which has no signature of its own.
 *
 * @param inputs nodes that are fed; empty for the placeholders that the outputs depend on
 * @param outputs nodes that are read; empty for the only one that no other node reads
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FrozenGraphPorts(List<String> inputs, List<String> outputs) {

    /** Both are inferred. */
    public static final FrozenGraphPorts INFERRED = new FrozenGraphPorts(null, null);

    public FrozenGraphPorts {
        inputs = inputs == null ? List.of() : List.copyOf(inputs);
        outputs = outputs == null ? List.of() : List.copyOf(outputs);
    }

    /** Adds every name that is empty or written twice. */
    public void check(Problems problems) {
        check(inputs, "inputs", problems);
        check(outputs, "outputs", problems);
    }

    private static void check(List<String> names, String field, Problems problems) {
        problems.require(
                names.stream().noneMatch(String::isBlank)
                        && names.stream().distinct().count() == names.size(),
                field,
                "must be names of nodes, each once, but is " + names);
    }
}
