package io.pitlane.contract.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.validation.Excerpt;
import io.pitlane.contract.validation.NearestName;
import io.pitlane.contract.validation.Problems;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads a {@link Plan} from a user's document, YAML or JSON. Strict: an unknown field, a value of
 * the wrong type, an option out of its range and an option without effect are problems with the
 * field's path and, for a misspelt name, the nearest known one.
 */
public final class PlanReader {

    private static final String EMPTY =
            "is empty; write a value, {} for the defaults of an object, or leave it out";

    private PlanReader() {}

    /**
     * Reads and checks a plan.
     *
     * @throws InvalidPlanException when the plan cannot run as written
     */
    public static Plan read(String yamlOrJson) {
        var plan = parse(yamlOrJson);
        var problems = new Problems();
        plan.check(problems);
        if (!problems.found().isEmpty()) {
            throw new InvalidPlanException(problems.found());
        }
        return plan;
    }

    private static Plan parse(String text) {
        JsonNode tree;
        try {
            tree = ContractJson.PLAN_MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw invalid(
                    "",
                    "not readable as YAML or JSON"
                            + (at == null ? "" : " at line " + at.getLineNr())
                            + ": "
                            + firstLine(e.getOriginalMessage()),
                    e);
        }
        if (!tree.isObject()) {
            throw invalid(
                    "", "a plan is an object with named fields, as name, model, data, steps", null);
        }
        try {
            return ContractJson.PLAN_MAPPER.treeToValue(tree, Plan.class);
        } catch (JsonMappingException e) {
            var location = FieldLocation.of(e, tree);
            var empty = isAboutNull(e) ? location.firstNull() : Optional.<FieldLocation>empty();
            throw empty.isPresent()
                    ? invalid(empty.get().path(), EMPTY, e)
                    : invalid(location.path(), explain(e, location.node()), e);
        } catch (JsonProcessingException e) {
            throw invalid("", firstLine(e.getOriginalMessage()), e);
        }
    }

    /** Whether a value is wrong because something in it is null, as the options of a step. */
    private static boolean isAboutNull(JsonMappingException e) {
        return e.getCause() instanceof NullPointerException
                || e instanceof MismatchedInputException mismatch
                        && mismatch.getTargetType() != null
                        && Step.class.isAssignableFrom(mismatch.getTargetType());
    }

    private static InvalidPlanException invalid(String path, String message, Throwable cause) {
        return new InvalidPlanException(List.of(new Problems.Problem(path, message)), cause);
    }

    private static String explain(JsonMappingException e, JsonNode found) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return unknown(
                    "field",
                    unknown.getPropertyName(),
                    unknown.getKnownPropertyIds().stream().map(String::valueOf).toList());
        }
        if (e instanceof InvalidTypeIdException stage && stage.getBaseType() != null) {
            return explainType(stage);
        }
        if (e instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
            return unknown(
                    "value", String.valueOf(format.getValue()), allowed(format.getTargetType()));
        }
        if (e instanceof MismatchedInputException form && form.getTargetType() == Resize.class) {
            return "must be " + Resize.FORMS;
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "expected " + kind(mismatch.getTargetType()) + ", but found " + shown(found);
        }
        return firstLine(e.getOriginalMessage());
    }

    private static String explainType(InvalidTypeIdException e) {
        if (e.getBaseType().hasRawClass(DataSource.class)) {
            return "must be " + DataSource.FORMS;
        }
        if (e.getTypeId() == null) {
            return "must be one step, written as {prune: {...}}";
        }
        return unknown(
                "step",
                e.getTypeId(),
                Arrays.stream(StageName.values()).map(StageName::label).toList());
    }

    private static String unknown(String what, String name, Collection<String> known) {
        var nearest = NearestName.of(name, known);
        return "unknown "
                + what
                + " '"
                + Excerpt.of(name)
                + "'"
                + nearest.map(n -> "; did you mean '" + n + "'?").orElse("")
                + " (known: "
                + known.stream().sorted().collect(Collectors.joining(", "))
                + ")";
    }

    private static List<String> allowed(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(c -> ContractJson.MAPPER.convertValue(c, String.class))
                .toList();
    }

    private static String kind(Class<?> type) {
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return type == Integer.class || type == Long.class ? "a whole number" : "a number";
        }
        if (type == String.class) {
            return "text";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        return Collection.class.isAssignableFrom(type)
                ? "a list"
                : type.isEnum() ? "one of " + allowed(type) : "an object with named fields";
    }

    private static String shown(JsonNode node) {
        return node.isObject()
                ? "an object"
                : node.isArray() ? "a list" : "'" + Excerpt.of(node.asText()) + "'";
    }

    private static String firstLine(String message) {
        return Excerpt.of(message.lines().findFirst().orElse(""));
    }

    /** A field of the document: its path and its value. */
    private record FieldLocation(String path, JsonNode node) {

        /** Jackson's path leaves out the name that wraps a step's options; the tree has it. */
        static FieldLocation of(JsonMappingException e, JsonNode tree) {
            var location = new FieldLocation("", tree);
            for (var reference : e.getPath()) {
                location =
                        reference.getFieldName() == null
                                ? location.element(reference.getIndex())
                                : location.unwrapped(reference.getFieldName())
                                        .field(reference.getFieldName());
            }
            return location;
        }

        /** A place in this one that is null: an element before a field, which may be null. */
        Optional<FieldLocation> firstNull() {
            var nulls = nulls().toList();
            return nulls.stream()
                    .filter(place -> place.path().endsWith("]"))
                    .findFirst()
                    .or(() -> nulls.stream().findFirst());
        }

        private Stream<FieldLocation> nulls() {
            if (node.isNull()) {
                return Stream.of(this);
            }
            var inside =
                    node.isArray()
                            ? IntStream.range(0, node.size()).mapToObj(this::element)
                            : node.properties().stream().map(entry -> field(entry.getKey()));
            return inside.flatMap(FieldLocation::nulls);
        }

        private FieldLocation unwrapped(String next) {
            return !node.has(next) && node.isObject() && node.size() == 1
                    ? field(node.fieldNames().next())
                    : this;
        }

        private FieldLocation field(String name) {
            return new FieldLocation(path.isEmpty() ? name : path + "." + name, node.path(name));
        }

        private FieldLocation element(int index) {
            return new FieldLocation(path + "[" + index + "]", node.path(index));
        }
    }
}
