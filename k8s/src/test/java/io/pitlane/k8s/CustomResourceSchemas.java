package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The schemas that operators publish for their custom resources: CustomResourceDefinitions, and the
 * JSON Schema of Argo Events, whose CustomResourceDefinitions accept any field. They are read from
 * {@code schemas} in the folder of the property {@code pitlane.shared}, and are not part of the
 * sources.
 *
 * <p>Validates as an API server with strict field validation: the schemas are structural, and a
 * field that they do not name is an error unless they preserve unknown fields. Rules in CEL ({@code
 * x-kubernetes-validations}) are not evaluated.
 */
final class CustomResourceSchemas {
    static final Path FOLDER = Path.of(System.getProperty("pitlane.shared", "none"), "schemas");
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final JsonSchemaFactory FACTORY =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);

    private final Map<String, JsonSchema> schemas = new HashMap<>();

    /** Every schema in the folder; none where there is no folder. */
    private static final class All {
        private static final CustomResourceSchemas SCHEMAS = read();
    }

    private CustomResourceSchemas() {}

    static CustomResourceSchemas all() {
        return All.SCHEMAS;
    }

    /** Whether the folder is there. */
    static boolean arePresent() {
        return Files.isDirectory(FOLDER);
    }

    /** The types that there is a schema of, such as {@code keda.sh/v1alpha1/ScaledObject}. */
    Set<String> types() {
        return Set.copyOf(schemas.keySet());
    }

    /** What the schema of its type refuses; empty where there is no schema of the type. */
    List<String> violations(Manifest manifest) {
        return Optional.ofNullable(schemas.get(manifest.type())).stream()
                .flatMap(schema -> schema.validate(manifest.node()).stream())
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }

    private static CustomResourceSchemas read() {
        var all = new CustomResourceSchemas();
        if (!arePresent()) {
            return all;
        }
        try (var files = Files.list(FOLDER)) {
            files.filter(file -> file.toString().endsWith(".yaml")).forEach(all::addDefinition);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // In place of the definitions of Argo Events.
        all.addArgoEvents(FOLDER.resolve("argo-events-schema.json"));
        return all;
    }

    private void addDefinition(Path file) {
        for (var definition : StrictYaml.documents(file)) {
            var spec = definition.path("spec");
            for (var version : spec.path("versions")) {
                var schema = version.at("/schema/openAPIV3Schema");
                closeResource(schema);
                schemas.put(
                        spec.path("group").asText()
                                + "/"
                                + version.path("name").asText()
                                + "/"
                                + spec.at("/names/kind").asText(),
                        FACTORY.getSchema(schema));
            }
        }
    }

    /** A kind is a definition that says which group, version and kind it is. */
    private void addArgoEvents(Path file) {
        var definitions = StrictYaml.documents(file).get(0).path("definitions");
        definitions.forEach(CustomResourceSchemas::close);
        for (var definition : definitions.properties()) {
            var names = definition.getValue().at("/x-kubernetes-group-version-kind/0");
            if (names.path("group").asText().equals("argoproj.io")) {
                var schema = JsonNodeFactory.instance.objectNode();
                schema.set("definitions", definitions);
                schema.putArray("allOf")
                        .addObject()
                        .put("$ref", "#/definitions/" + definition.getKey());
                schemas.put(
                        "argoproj.io/"
                                + names.path("version").asText()
                                + "/"
                                + names.path("kind").asText(),
                        FACTORY.getSchema(schema));
            }
        }
    }

    /** The API server validates a resource's type and metadata itself. */
    private static void closeResource(JsonNode schema) {
        close(schema);
        var properties = (ObjectNode) schema.path("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("type", "object");
    }

    /** Makes a structural schema refuse what the API server would prune or refuse. */
    private static void close(JsonNode schema) {
        if (!(schema instanceof ObjectNode node)) {
            return;
        }
        if (node.path("x-kubernetes-int-or-string").asBoolean()) {
            node.remove("anyOf");
            node.putArray("type").add("integer").add("string");
        }
        if (node.has("properties")
                && !node.has("additionalProperties")
                && !node.path(PRESERVE).asBoolean()) {
            node.put("additionalProperties", false);
        }
        node.path("properties").forEach(CustomResourceSchemas::close);
        close(node.path("items"));
        close(node.path("additionalProperties"));
    }
}
