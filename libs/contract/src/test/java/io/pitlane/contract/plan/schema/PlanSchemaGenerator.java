package io.pitlane.contract.plan.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.NpzSource;
import io.pitlane.contract.data.Resize;
import io.pitlane.contract.data.TfRecordSource;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Constraints;
import io.pitlane.contract.plan.Constraints.ClassConstraint;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.RankSelection;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes the JSON Schema of a plan (draft-07, which editors read best): fields, types and defaults
 * from the records, ranges and required fields from their validation, descriptions from the tables
 * of docs/reference/plan.md.
 */
final class PlanSchemaGenerator {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<Class<?>> FORMS = List.of(DataSource.class, Resize.class);
    private static final String DEFINITIONS = "#/definitions/";

    /** The sections that describe the fields of a record, and of those inside it. */
    private static final Map<Class<?>, String> SECTIONS =
            Map.ofEntries(
                    Map.entry(Plan.class, "Plan file"),
                    Map.entry(DataSpec.class, "data"),
                    Map.entry(DataSource.Idx.class, "Other sources"),
                    Map.entry(DataSource.Cifar10.class, "Other sources"),
                    Map.entry(DataSource.Folder.class, "Images in a folder"),
                    Map.entry(NpzSource.class, "NPZ"),
                    Map.entry(NpzSource.Keys.class, "NPZ"),
                    Map.entry(TfRecordSource.class, "TFRecord"),
                    Map.entry(TfRecordSource.Keys.class, "TFRecord"),
                    Map.entry(InputSpec.class, "input"),
                    Map.entry(Constraints.class, "constraints"),
                    Map.entry(RankSelection.class, "rank"),
                    Map.entry(Reconstruction.class, "reconstruction"),
                    Map.entry(DistillationLoss.class, "loss"),
                    Map.entry(Training.class, "Training options"));

    private final ReferenceTables reference;
    private final ObjectNode definitions = NODES.objectNode();
    private final List<String> undocumented = new ArrayList<>();

    PlanSchemaGenerator(ReferenceTables reference) {
        this.reference = reference;
    }

    /** The schema. */
    ObjectNode generate() {
        var schema = NODES.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Pitlane plan");
        schema.setAll(reference(new Place(Plan.class, "Plan file", "", PlanProbe.ROOT)));
        schema.set("definitions", definitions);
        return schema;
    }

    /** Options that their section does not have, as {@code prune: ratio}. */
    List<String> undocumented() {
        return undocumented;
    }

    /**
     * A type where a plan has it.
     *
     * @param section that describes it
     * @param prefix of the names of its fields in that section
     * @param probe says what the validation allows there
     */
    private record Place(Type type, String section, String prefix, PlanProbe probe) {

        Place of(RecordComponent component) {
            var name = nameOf(component);
            return new Place(
                    component.getGenericType(),
                    section,
                    prefix.isEmpty() ? name : prefix + "." + name,
                    probe.field(name));
        }

        Place as(Type other, PlanProbe at) {
            return new Place(other, section, prefix, at);
        }

        Place inside(String name, Type other, PlanProbe at) {
            return new Place(other, section, prefix + "." + name, at);
        }
    }

    private ObjectNode schema(Place place) {
        if (place.type() instanceof ParameterizedType container) {
            var arguments = container.getActualTypeArguments();
            if (container.getRawType() == List.class) {
                var list = NODES.objectNode().put("type", "array");
                list.set("items", schema(place.as(arguments[0], place.probe().element())));
                return list;
            }
            var map = NODES.objectNode().put("type", "object");
            if (arguments[0] == Integer.class) {
                map.putObject("propertyNames").put("pattern", "^[0-9]+$");
            }
            var key = arguments[0] == Integer.class ? "0" : "LAYER";
            var entry = place.inside("INDEX", arguments[1], place.probe().field(key));
            map.set("additionalProperties", schema(entry));
            return map;
        }
        return schema((Class<?>) place.type(), place);
    }

    private ObjectNode schema(Class<?> type, Place place) {
        if (type == Step.class) {
            return step(place);
        }
        if (type.isSealed()) {
            var schema = NODES.objectNode();
            var forms = schema.putArray("anyOf");
            Arrays.stream(type.getPermittedSubclasses())
                    .map(form -> schema(form, place.as(form, place.probe())))
                    .forEach(forms::add);
            return schema;
        }
        if (type == Resize.Stretch.class) {
            return schema(
                            place.as(
                                    Resize.Stretch.class.getRecordComponents()[0].getGenericType(),
                                    place.probe()))
                    .put("minItems", 2)
                    .put("maxItems", 2);
        }
        if (type.isRecord()) {
            return reference(place);
        }
        if (type.isEnum()) {
            var schema = NODES.objectNode();
            var values = schema.putArray("enum");
            Arrays.stream(type.getEnumConstants())
                    .map(PlanSchemaGenerator::json)
                    .forEach(values::add);
            return schema;
        }
        if (type == String.class || type == Boolean.class) {
            return NODES.objectNode().put("type", type.getSimpleName().toLowerCase());
        }
        var number = NODES.objectNode().put("type", type == Double.class ? "number" : "integer");
        new OptionRange(place.probe()::messages).addTo(number);
        return number;
    }

    /** An object with the name of a stage as its only field. */
    private ObjectNode step(Place place) {
        var schema = NODES.objectNode().put("type", "object");
        var stages = schema.putObject("properties");
        for (var stage : Step.class.getAnnotation(JsonSubTypes.class).value()) {
            var options =
                    new Place(stage.value(), stage.name(), "", place.probe().field(stage.name()));
            stages.set(stage.name(), reference(options));
        }
        return schema.put("additionalProperties", false)
                .put("minProperties", 1)
                .put("maxProperties", 1);
    }

    private ObjectNode reference(Place place) {
        var type = (Class<?>) place.type();
        var name =
                type.getEnclosingClass() == null
                        ? type.getSimpleName()
                        : type.getEnclosingClass().getSimpleName() + "." + type.getSimpleName();
        if (!definitions.has(name)) {
            var definition = definitions.putObject(name);
            var section = SECTIONS.get(type);
            object(
                    section == null ? place : new Place(type, section, "", place.probe()),
                    definition);
        }
        return NODES.objectNode().put("$ref", DEFINITIONS + name);
    }

    private void object(Place place, ObjectNode definition) {
        var type = (Class<?>) place.type();
        var defaults = defaults(type);
        definition.put("type", "object");
        var properties = definition.putObject("properties");
        for (var component : type.getRecordComponents()) {
            var at = place.of(component);
            var schema = schema(at);
            if (acceptsSingle(component)) {
                var list = schema;
                schema = NODES.objectNode();
                schema.putArray("anyOf").add(list.get("items")).add(list);
            }
            defaultOf(component, defaults).ifPresent(defaultSetter(schema));
            describe(at, nameOf(component), schema);
            properties.set(nameOf(component), schema);
        }
        definition.put("additionalProperties", false);
        var required = required(type, place.probe());
        if (type == ClassConstraint.class) {
            definition.put("minProperties", 1);
        } else if (!required.isEmpty()) {
            required.forEach(definition.putArray("required")::add);
        }
    }

    private static Consumer<JsonNode> defaultSetter(ObjectNode schema) {
        return value -> schema.set("default", value);
    }

    /** The first field of a form tells it from the other forms; the validation says the others. */
    private static List<String> required(Class<?> type, PlanProbe probe) {
        var written = NODES.objectNode();
        var names = Stream.of(type.getRecordComponents()).map(PlanSchemaGenerator::nameOf).toList();
        var isForm = FORMS.stream().anyMatch(form -> form.isAssignableFrom(type));
        if (isForm) {
            var isNumber = type.getRecordComponents()[0].getType() == Integer.class;
            written.set(names.get(0), isNumber ? NODES.numberNode(1) : NODES.textNode("a"));
        }
        return names.stream()
                .filter(name -> written.has(name) || probe.requires(name, written))
                .toList();
    }

    private void describe(Place at, String name, ObjectNode schema) {
        var entry = reference.of(at.section(), at.prefix());
        if (entry.isEmpty() && !reference.mentions(at.section(), name)) {
            undocumented.add(at.section() + ": " + at.prefix());
        }
        entry.ifPresent(
                found -> {
                    var inWords =
                            found.fallback().isEmpty()
                                            || found.fallback().equals(words(schema.get("default")))
                                    ? ""
                                    : " Default: " + found.fallback() + ".";
                    schema.put("description", (found.meaning() + inWords).strip());
                });
    }

    /** A value as the reference writes it, as {@code [1, 32]} or {@code 10}. */
    private static String words(JsonNode value) {
        return value == null
                ? ""
                : value.toString()
                        .replaceAll("\\.0\\b", "")
                        .replace("\"", "")
                        .replace(",", ", ")
                        .replace(":", ": ");
    }

    /** The value of a field that is left out; of an object only what differs from its own. */
    private static Optional<JsonNode> defaultOf(RecordComponent component, ObjectNode defaults) {
        var value = defaults.get(nameOf(component));
        if (value == null
                || value.isNull()
                || value.isContainerNode() && (value.isEmpty() || value.path(0).isObject())) {
            return Optional.empty();
        }
        if (!component.getType().isRecord()) {
            return Optional.of(value);
        }
        var own = defaults(component.getType());
        var different = NODES.objectNode();
        value.properties().stream()
                .filter(field -> !field.getValue().equals(own.get(field.getKey())))
                .forEach(field -> different.set(field.getKey(), field.getValue()));
        return different.isEmpty() ? Optional.empty() : Optional.of(different);
    }

    /** A record of which nothing is written. */
    private static ObjectNode defaults(Class<?> type) {
        try {
            var components = type.getRecordComponents();
            var types =
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            var made = constructor.newInstance(new Object[components.length]);
            var tree = ContractJson.MAPPER.<ObjectNode>valueToTree(made);
            return Step.class.isAssignableFrom(type) ? (ObjectNode) tree.elements().next() : tree;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " cannot be made of nothing", e);
        }
    }

    private static boolean acceptsSingle(RecordComponent component) {
        var format = component.getAccessor().getAnnotation(JsonFormat.class);
        return format != null
                && Arrays.asList(format.with())
                        .contains(JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY);
    }

    private static String nameOf(RecordComponent component) {
        var renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null ? component.getName() : renamed.value();
    }

    private static JsonNode json(Object value) {
        return ContractJson.MAPPER.valueToTree(value);
    }
}
