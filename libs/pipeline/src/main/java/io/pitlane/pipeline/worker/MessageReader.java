package io.pitlane.pipeline.worker;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.event.EventType;
import io.pitlane.pipeline.handover.MalformedMessageException;
import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Parses the messages of one type; their content is untrusted. */
final class MessageReader<M> {
    private final String name;
    private final Class<M> type;

    /**
     * A reader.
     *
     * @param name of the type, as {@code job}
     */
    MessageReader(String name, Class<M> type) {
        this.name = name;
        this.type = type;
    }

    /** The message; not null, but with any content. */
    M read(ConsumerRecord<String, byte[]> message) throws MalformedMessageException {
        var other = EventType.other(message.headers(), name);
        if (other.isPresent()) {
            throw new MalformedMessageException(
                    "is of type '" + other.get() + "', which this service does not know",
                    null,
                    "Run services of one version only.");
        }
        var value = message.value() == null ? null : parse(message.value());
        if (value == null) {
            throw new MalformedMessageException("is empty", null);
        }
        return value;
    }

    private M parse(byte[] json) throws MalformedMessageException {
        try {
            return ContractJson.MAPPER.readValue(json, type);
        } catch (IOException | RuntimeException e) {
            throw new MalformedMessageException("is no " + name + ": " + describe(e), null)
                    .causedBy(e);
        }
    }

    /** The first line of an exception's message, after the path of the field. */
    private static String describe(Exception e) {
        var line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return "at " + path(mapping) + ": " + line;
        }
        return line;
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(
                        part ->
                                part.getFieldName() == null
                                        ? "[" + part.getIndex() + "]"
                                        : "." + part.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
