package io.pitlane.pipeline.consumer;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;

/**
 * The partitions whose messages are in flight on this replica. The client settings of every channel
 * carry them to the {@link NonPreemptiveAssignor}.
 */
@ApplicationScoped
class InFlightPartitions implements ClientCustomizer<Map<String, Object>> {
    private final Set<TopicPartition> partitions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean draining = new AtomicBoolean();

    void add(TopicPartition partition) {
        partitions.add(partition);
    }

    void remove(TopicPartition partition) {
        partitions.remove(partition);
    }

    /** From now on, every partition without a message in flight goes to other replicas. */
    void drain() {
        draining.set(true);
    }

    @Override
    public Map<String, Object> customize(
            String channel, Config channelConfig, Map<String, Object> client) {
        client.put(NonPreemptiveAssignor.IN_FLIGHT, partitions);
        client.put(NonPreemptiveAssignor.DRAINING, draining);
        return client;
    }
}
