package io.pitlane.pipeline.event;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** The type of a message: the CloudEvents attribute {@code type}. */
public final class EventType {
    private static final String HEADER = "ce_type";

    private EventType() {}

    /** The type of an event, in the only version there is. */
    static String of(String what) {
        return "io.pitlane." + what + ".v1";
    }

    /**
     * The type of a message that differs from the expected one; empty where it is the expected one,
     * or the message has none.
     *
     * @param what the expected type, such as {@code job}
     */
    public static Optional<String> other(Headers headers, String what) {
        return Optional.ofNullable(headers.lastHeader(HEADER))
                .map(header -> new String(bytes(header.value()), StandardCharsets.UTF_8))
                .filter(type -> !type.equals(of(what)));
    }

    private static byte[] bytes(byte[] value) {
        return value == null ? new byte[0] : value;
    }
}
