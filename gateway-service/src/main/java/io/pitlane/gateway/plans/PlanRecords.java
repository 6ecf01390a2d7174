package io.pitlane.gateway.plans;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.RegisteredPlan;
import io.pitlane.gateway.topics.CloudEventHeaders;
import java.io.UncheckedIOException;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records of the plans topic, keyed by the model's name. */
final class PlanRecords {
    private final Topics topics;

    PlanRecords(Topics topics) {
        this.topics = topics;
    }

    ProducerRecord<String, byte[]> registered(RegisteredPlan plan) {
        var record = new ProducerRecord<>(topics.plans(), plan.model(), json(plan));
        CloudEventHeaders.add(record, "io.pitlane.plan.v1", plan.model());
        return record;
    }

    /** The tombstone that removes the plan of a model. */
    ProducerRecord<String, byte[]> removed(String model) {
        return new ProducerRecord<>(topics.plans(), model, null);
    }

    private static byte[] json(RegisteredPlan plan) {
        try {
            return ContractJson.MAPPER.writeValueAsBytes(plan);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
