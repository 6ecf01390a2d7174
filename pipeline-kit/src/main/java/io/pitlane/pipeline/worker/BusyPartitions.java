package io.pitlane.pipeline.worker;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;

/**
 * The partitions whose messages are at work here, handed to the {@link BusyStayAssignor} of every
 * channel with the client's settings.
 */
@ApplicationScoped
class BusyPartitions implements ClientCustomizer<Map<String, Object>> {
    private final Set<TopicPartition> busy = ConcurrentHashMap.newKeySet();

    void add(TopicPartition partition) {
        busy.add(partition);
    }

    void remove(TopicPartition partition) {
        busy.remove(partition);
    }

    @Override
    public Map<String, Object> customize(
            String channel, Config channelConfig, Map<String, Object> client) {
        client.put(BusyStayAssignor.BUSY, busy);
        return client;
    }
}
