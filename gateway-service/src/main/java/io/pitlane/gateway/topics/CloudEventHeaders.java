package io.pitlane.gateway.topics;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Adds CloudEvents headers (binary mode) to the gateway's own records. */
public final class CloudEventHeaders {
    private CloudEventHeaders() {}

    /** Adds the headers of an event of the gateway, with the current time. */
    public static void add(ProducerRecord<String, byte[]> record, String type, String subject) {
        attributes(type, subject)
                .forEach(
                        (name, value) ->
                                record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, String> attributes(String type, String subject) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                UUID.randomUUID().toString(),
                "ce_source",
                "/pitlane/gateway",
                "ce_type",
                type,
                "ce_subject",
                subject,
                "ce_time",
                Instant.now().toString(),
                "content-type",
                "application/json");
    }
}
