package io.pitlane.pipeline.config;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** How plain Kafka clients reach the cluster: every {@code kafka.*} setting that they know. */
@ApplicationScoped
public class KafkaClientConfig {
    private final Map<String, Object> settings;

    KafkaClientConfig(@Identifier("default-kafka-broker") Map<String, Object> settings) {
        this.settings = new HashMap<>(settings);
        this.settings.keySet().retainAll(AdminClientConfig.configNames());
        this.settings.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
    }

    /** Bootstrap servers, security, time-outs; the same for consumers, producers and admins. */
    public Map<String, Object> settings() {
        return Map.copyOf(settings);
    }
}
