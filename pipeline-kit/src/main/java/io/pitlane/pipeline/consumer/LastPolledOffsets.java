package io.pitlane.pipeline.worker;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;

/**
 * Where the last message of each partition stands that was taken from the log here, filled in by
 * the {@link DeliveryWatch} of every channel that has one.
 */
@ApplicationScoped
class Delivered implements ClientCustomizer<Map<String, Object>> {
    private final Map<TopicPartition, Long> last = new ConcurrentHashMap<>();

    OptionalLong lastOf(TopicPartition partition) {
        var offset = last.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    @Override
    public Map<String, Object> customize(
            String channel, Config channelConfig, Map<String, Object> client) {
        client.put(DeliveryWatch.LAST, last);
        return client;
    }
}
