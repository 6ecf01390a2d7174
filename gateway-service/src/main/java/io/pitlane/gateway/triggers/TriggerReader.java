package io.pitlane.gateway.triggers;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.run.Trigger;
import io.pitlane.contract.validation.Excerpt;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Parses and validates triggers, in the binary and the structured mode of CloudEvents. Unknown
 * fields and attributes are ignored.
 */
final class TriggerReader {
    private static final String FORM =
            "Send a CloudEvent 1.0 with id, source and type "
                    + Trigger.TYPE
                    + ", whose data are {\"model\": \"<name>\", \"artifact\": \"<digest>\"}.";

    private TriggerReader() {}

    /**
     * Reads a trigger from a request.
     *
     * @throws FailureException INVALID_INPUT when it is malformed
     */
    static ReceivedTrigger read(Map<String, List<String>> headers, byte[] body) {
        return read(
                () ->
                        HttpMessageFactory.createReader(
                                each ->
                                        headers.forEach(
                                                (name, values) -> each.accept(name, values.get(0))),
                                body));
    }

    /**
     * Reads a trigger from its topic.
     *
     * @throws FailureException INVALID_INPUT when it is malformed
     */
    static ReceivedTrigger read(ConsumerRecord<String, byte[]> record) {
        return read(() -> KafkaMessageFactory.createReader(record.headers(), record.value()));
    }

    private static ReceivedTrigger read(Supplier<MessageReader> message) {
        var event = event(message);
        if (!Trigger.TYPE.equals(event.getType())) {
            throw malformed("its type is '" + Excerpt.of(event.getType()) + "'");
        }
        return new ReceivedTrigger(event, trigger(event));
    }

    private static CloudEvent event(Supplier<MessageReader> message) {
        try {
            return message.get().toEvent();
        } catch (CloudEventRWException | IllegalStateException | IllegalArgumentException e) {
            throw malformed(firstLine(e));
        }
    }

    private static Trigger trigger(CloudEvent event) {
        if (event.getData() == null) {
            throw malformed("it has no data");
        }
        try {
            var trigger = ContractJson.MAPPER.readValue(event.getData().toBytes(), Trigger.class);
            if (trigger == null || trigger.model() == null || trigger.artifact() == null) {
                throw malformed("its data do not name a model and an artifact");
            }
            return trigger;
        } catch (IOException e) {
            throw malformed("its data cannot be read: " + firstLine(e));
        }
    }

    private static FailureException malformed(String reason) {
        return FailureException.invalidInput("This is no trigger: " + reason + ".", FORM);
    }

    private static String firstLine(Exception e) {
        return Excerpt.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
}
