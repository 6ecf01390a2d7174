package io.pitlane.gateway.artifacts;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.artifact.ArtifactRef;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.gateway.topics.CloudEventHeaders;
import java.io.UncheckedIOException;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the artifact index: CloudEvents like all others, but keyed by digest. */
final class IndexRecords {
    private IndexRecords() {}

    static ProducerRecord<String, byte[]> of(ArtifactRef ref, String topic) {
        var stored = new ProducerRecord<>(topic, ref.digest(), json(ref));
        CloudEventHeaders.add(stored, "io.pitlane.artifact.v1", ref.digest());
        return stored;
    }

    private static byte[] json(ArtifactRef ref) {
        try {
            return ContractJson.MAPPER.writeValueAsBytes(ref);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
