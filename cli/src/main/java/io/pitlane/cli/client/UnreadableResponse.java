package io.pitlane.cli.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.validation.Excerpt;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.stream.Stream;

/** Says what came in place of the JSON that a request asks for, and where that may come from. */
final class UnreadableResponse {
    private UnreadableResponse() {}

    /**
     * A response of success that is not what the gateway sends.
     *
     * @param cause why it cannot be read; null where something is missing
     */
    static FailureException of(HttpResponse<String> response, Throwable cause) {
        var type = response.headers().firstValue("Content-Type").orElse("unknown");
        return new FailureException(
                Failure.Kind.INTERNAL,
                "the answer of %s cannot be read: status %d, content type %s, %s"
                        .formatted(
                                response.uri(),
                                response.statusCode(),
                                type,
                                start(response.body())),
                action(response.body(), cause),
                cause);
    }

    /**
     * An event that is not what the gateway sends.
     *
     * @param stream what it is part of
     */
    static FailureException ofEvent(String stream, String data, Throwable cause) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                "an event of %s cannot be read: %s".formatted(stream, start(data)),
                action(data, cause),
                cause);
    }

    private static String start(String body) {
        return body.isBlank()
                ? "without a body"
                : "it begins with '" + Excerpt.of(body.strip().replaceAll("\\s+", " ")) + "'";
    }

    private static String action(String body, Throwable cause) {
        if (!body.isBlank() && !"{[\"".contains(body.strip().substring(0, 1))) {
            return "Something else answers at this address, such as a proxy or its login page."
                    + " Check --server and PITLANE_SERVER.";
        }
        if (body.isBlank() || isCutOff(body, cause)) {
            return "It was cut off on its way. Try again; if that does not help, look at what lies"
                    + " between here and the gateway, and at the gateway's log.";
        }
        return "The gateway may have another version: use the command line of that version.";
    }

    /** A text that ends within a word or a number is no JSON, rather than at its end too early. */
    private static boolean isCutOff(String body, Throwable cause) {
        return Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
                .filter(JsonParseException.class::isInstance)
                .anyMatch(
                        e ->
                                e instanceof JsonEOFException
                                        || !body.strip().matches("(?s).*[}\\]]"));
    }
}
