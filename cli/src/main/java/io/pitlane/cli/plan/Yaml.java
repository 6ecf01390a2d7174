package io.pitlane.cli.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Values in YAML's flow style: {@code {method: mse, samples: 64}}. */
final class Yaml {
    private Yaml() {}

    /** A value on one line. */
    static String flow(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(field -> field.getKey() + ": " + flow(field.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Yaml::flow)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return value.isTextual() && !value.asText().matches("[A-Za-z][\\w./-]*")
                ? value.toString()
                : value.asText();
    }
}
