package io.pitlane.contract.plan.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.validation.Problems.Problem;
import java.util.List;
import java.util.stream.Stream;

/**
 * A place in a plan, and what the validation says about values in it.
 *
 * @param path of the fields and elements that lead to it, an index for an element
 */
record PlanProbe(List<Object> path) {
    static final PlanProbe ROOT = new PlanProbe(List.of());

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** The field of the object in this place. */
    PlanProbe field(String name) {
        return with(name);
    }

    /** The first element of the list in this place. */
    PlanProbe element() {
        return with(0);
    }

    private PlanProbe with(Object part) {
        return new PlanProbe(Stream.concat(path.stream(), Stream.of(part)).toList());
    }

    /** What the validation says about a number in this place, or about the list that it is in. */
    List<String> messages(double value) {
        JsonNode number =
                value == Math.rint(value)
                        ? NODES.numberNode((long) value)
                        : NODES.numberNode(value);
        var name = name();
        var list = name.replaceFirst("\\[0]$", "");
        return problems(number).stream()
                .filter(found -> found.path().equals(name) || found.path().equals(list))
                .map(Problem::message)
                .toList();
    }

    /**
     * Whether an object in this place lacks a field.
     *
     * @param written the fields that it has
     */
    boolean requires(String field, ObjectNode written) {
        return problems(written).stream()
                .anyMatch(
                        found ->
                                found.path().equals(with(field).name())
                                        && found.message().startsWith("is missing"));
    }

    private String name() {
        var name = new StringBuilder();
        for (var part : path) {
            name.append(
                    part instanceof Integer
                            ? "[" + part + "]"
                            : name.isEmpty() ? part : "." + part);
        }
        return name.toString();
    }

    private List<Problem> problems(JsonNode value) {
        try {
            PlanReader.read(document(value).toString());
            return List.of();
        } catch (InvalidPlanException e) {
            return e.problems();
        }
    }

    /** A plan that is right but for the value in this place. */
    private JsonNode document(JsonNode value) {
        var plan = NODES.objectNode();
        if (!path.isEmpty()) {
            plan.put("name", "probe").put("model", "model");
            var data = plan.putObject("data");
            data.putObject("train").put("cifar10", "train");
            data.putObject("test").put("cifar10", "test");
        }
        JsonNode at = plan;
        for (int i = 0; i < path.size(); i++) {
            var isLast = i == path.size() - 1;
            var next =
                    isLast
                            ? value
                            : path.get(i + 1) instanceof Integer
                                    ? NODES.arrayNode()
                                    : NODES.objectNode();
            if (at instanceof ArrayNode list) {
                list.add(next);
            } else {
                ((ObjectNode) at).set((String) path.get(i), next);
            }
            at = next;
        }
        return plan;
    }
}
