package io.pitlane.gateway.topics;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Processes the records of a topic that the gateways share. */
public interface RecordHandler {

    /** Name of the topic. */
    String topic();

    /**
     * Processes one record, and commits its offset in the transaction of what it leads to.
     *
     * @param offset to commit once it is processed
     * @return false when it must be retried later
     * @throws io.pitlane.contract.failure.FailureException INTERNAL when Kafka did not confirm; it
     *     must be retried
     */
    boolean handle(ConsumerRecord<String, byte[]> record, ConsumedOffset offset);
}
