package io.pitlane.pipeline.consumer;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;

/**
 * The offset of the last message that this replica polled from each partition, recorded by the
 * {@link PolledOffsetInterceptor} of every channel that has one.
 */
@ApplicationScoped
class LastPolledOffsets implements ClientCustomizer<Map<String, Object>> {
    private final Map<TopicPartition, Long> offsets = new ConcurrentHashMap<>();

    OptionalLong of(TopicPartition partition) {
        var offset = offsets.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    @Override
    public Map<String, Object> customize(
            String channel, Config channelConfig, Map<String, Object> client) {
        client.put(PolledOffsetInterceptor.OFFSETS, offsets);
        return client;
    }
}
