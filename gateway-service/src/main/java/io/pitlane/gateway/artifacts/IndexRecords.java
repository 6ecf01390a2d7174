package io.pitlane.gateway.artifacts;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.ArtifactRef;
import io.pitlane.contract.ContractJson;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the artifact index: CloudEvents like all others, but keyed by digest. */
final class IndexRecords {
    private IndexRecords() {}

    static ProducerRecord<String, byte[]> of(ArtifactRef ref, String topic) {
        var stored = new ProducerRecord<>(topic, ref.digest(), json(ref));
        attributes(ref)
                .forEach(
                        (name, value) ->
                                stored.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return stored;
    }

    private static Map<String, String> attributes(ArtifactRef ref) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                UUID.randomUUID().toString(),
                "ce_source",
                "/pitlane/gateway",
                "ce_type",
                "io.pitlane.artifact.v1",
                "ce_subject",
                ref.digest(),
                "ce_time",
                Instant.now().toString(),
                "content-type",
                "application/json");
    }

    private static byte[] json(ArtifactRef ref) {
        try {
            return ContractJson.MAPPER.writeValueAsBytes(ref);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
