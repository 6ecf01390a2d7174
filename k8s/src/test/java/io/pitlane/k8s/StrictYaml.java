package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads YAML like a Kubernetes API server with strict validation: unknown fields are errors. */
final class StrictYaml {
    private static final YAMLMapper TREES =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .build();
    private static final ObjectMapper OBJECTS = objects();

    private StrictYaml() {}

    private static ObjectMapper objects() {
        var mapper =
                JsonMapper.builder()
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .annotationIntrospector(new NoAnySetter())
                        .build();
        // The API server refuses a number where a text belongs, and a text where a number does.
        for (var shape :
                List.of(
                        CoercionInputShape.Integer,
                        CoercionInputShape.Float,
                        CoercionInputShape.Boolean)) {
            mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
        }
        for (var type : List.of(LogicalType.Integer, LogicalType.Float, LogicalType.Boolean)) {
            mapper.coercionConfigFor(type)
                    .setCoercion(CoercionInputShape.String, CoercionAction.Fail);
        }
        return mapper;
    }

    /** Ignores the any-setters of the models, which would accept unknown fields. */
    private static final class NoAnySetter extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    /** The documents of a text, without empty ones. */
    static List<JsonNode> documents(String text) {
        var documents = new ArrayList<JsonNode>();
        // Not readValues: it would split a document that is a list.
        try (var parser = TREES.createParser(text)) {
            while (parser.nextToken() != null) {
                documents.add(TREES.<JsonNode>readTree(parser));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        documents.removeIf(JsonNode::isNull);
        return List.copyOf(documents);
    }

    static List<JsonNode> documents(Path file) {
        try {
            return documents(Files.readString(file));
        } catch (IOException | UncheckedIOException e) {
            throw new AssertionError(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * A node as an object of a type.
     *
     * @throws JsonProcessingException when it has an unknown field or a value of the wrong type
     */
    static <T> T read(JsonNode node, Class<T> type) throws JsonProcessingException {
        return OBJECTS.treeToValue(node, type);
    }
}
