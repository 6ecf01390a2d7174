package io.pitlane.kafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The configuration of a single-node broker. */
final class BrokerProperties {
    static final String HOST = "127.0.0.1";
    static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    /**
     * A single broker cannot create its internal topics with the default replication factor of 3.
     */
    private static final Map<String, String> SINGLE_REPLICA =
            Map.of(
                    "offsets.topic.replication.factor", "1",
                    "transaction.state.log.replication.factor", "1",
                    "transaction.state.log.min.isr", "1",
                    "share.coordinator.state.topic.replication.factor", "1",
                    "share.coordinator.state.topic.min.isr", "1");

    /** Fifty partitions per internal topic cost files and start-up time. */
    private static final Map<String, String> SMALL_INTERNAL_TOPICS =
            Map.of(
                    "offsets.topic.num.partitions", "4",
                    "transaction.state.log.num.partitions", "4",
                    "share.coordinator.state.topic.num.partitions", "4",
                    "log.cleaner.dedupe.buffer.size", "4194304");

    private static final Map<String, String> GROUPS_AND_TOPICS =
            Map.of(
                    // The first consumer of a group would wait three seconds for others.
                    "group.initial.rebalance.delay.ms", "0",
                    // A misspelt name would create a topic with the wrong settings.
                    "auto.create.topics.enable", "false");

    /**
     * Sixty days. A group that was inactive for longer starts at the beginning of its topics and
     * would repeat jobs, which are retained for thirty days; the default is seven.
     */
    private static final Map<String, String> OFFSET_RETENTION =
            Map.of("offsets.retention.minutes", "86400");

    private BrokerProperties() {}

    static Properties of(Path folder, int port, Map<String, String> overrides) {
        var properties = new Properties();
        properties.putAll(listeners(folder, port, FreePort.otherThan(port)));
        properties.putAll(SINGLE_REPLICA);
        properties.putAll(SMALL_INTERNAL_TOPICS);
        properties.putAll(GROUPS_AND_TOPICS);
        properties.putAll(OFFSET_RETENTION);
        properties.putAll(overrides);
        return properties;
    }

    private static Map<String, String> listeners(Path folder, int port, int controllerPort) {
        var clients = CLIENTS + "://" + HOST + ":" + port;
        var controller = CONTROLLER + "://" + HOST + ":" + controllerPort;
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "controller.quorum.voters",
                "1@" + HOST + ":" + controllerPort,
                "controller.listener.names",
                CONTROLLER,
                "listeners",
                clients + "," + controller,
                "advertised.listeners",
                clients,
                "inter.broker.listener.name",
                CLIENTS,
                "listener.security.protocol.map",
                CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT",
                "log.dirs",
                folder.toAbsolutePath().toString());
    }
}
