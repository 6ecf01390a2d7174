package io.pitlane.gateway.triggers;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import java.io.UncheckedIOException;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the triggers topic: the received event, keyed by the model's name. */
final class TriggerRecords {
    private final Topics topics;

    TriggerRecords(Topics topics) {
        this.topics = topics;
    }

    ProducerRecord<String, byte[]> of(ReceivedTrigger received) {
        var event =
                CloudEventBuilder.v1(received.event())
                        .withDataContentType("application/json")
                        .withData(json(received.trigger()))
                        .build();
        return KafkaMessageFactory.<String>createWriter(
                        topics.triggers(), received.trigger().model())
                .writeBinary(event);
    }

    private static byte[] json(Object trigger) {
        try {
            return ContractJson.MAPPER.writeValueAsBytes(trigger);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
