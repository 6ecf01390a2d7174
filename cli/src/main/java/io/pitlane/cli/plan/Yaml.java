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
        return value.isTextual() && !isPlain(value.asText()) ? value.toString() : value.asText();
    }

    /** Whether YAML reads it as this text, without quotes. */
    private static boolean isPlain(String text) {
        return text.matches("(\\.{0,2}/)*[A-Za-z][\\w./-]*")
                && !text.matches("(?i)true|false|null|yes|no|on|off|y|n");
    }
}
