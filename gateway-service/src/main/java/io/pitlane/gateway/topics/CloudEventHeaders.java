package io.pitlane.gateway.topics;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The headers of the gateway's own events: the binary mode of CloudEvents. */
public final class CloudEventHeaders {
    private CloudEventHeaders() {}

    /** Describes a record as a CloudEvent of the gateway, of now. */
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
