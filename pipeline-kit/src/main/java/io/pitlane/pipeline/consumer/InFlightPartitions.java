package io.pitlane.pipeline.worker;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;

/**
 * The partitions whose messages are at work here, handed to the {@link BusyStayAssignor} of every
 * channel with the client's settings.
 */
@ApplicationScoped
class BusyPartitions implements ClientCustomizer<Map<String, Object>> {
    private final Set<TopicPartition> busy = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean leaving = new AtomicBoolean();

    void add(TopicPartition partition) {
        busy.add(partition);
    }

    void remove(TopicPartition partition) {
        busy.remove(partition);
    }

    /** From now on, others are to have every partition whose message is not at work. */
    void leave() {
        leaving.set(true);
    }

    @Override
    public Map<String, Object> customize(
            String channel, Config channelConfig, Map<String, Object> client) {
        client.put(BusyStayAssignor.BUSY, busy);
        client.put(BusyStayAssignor.LEAVING, leaving);
        return client;
    }
}
