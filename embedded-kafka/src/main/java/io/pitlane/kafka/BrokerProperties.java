package io.pitlane.kafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** How a broker that is alone in its cluster must be set up. */
final class BrokerProperties {
    static final String HOST = "127.0.0.1";
    static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    /** A broker without a second one refuses to create its own topics with the defaults of 3. */
    private static final Map<String, String> ALONE =
            Map.of(
                    "offsets.topic.replication.factor", "1",
                    "transaction.state.log.replication.factor", "1",
                    "transaction.state.log.min.isr", "1",
                    "share.coordinator.state.topic.replication.factor", "1",
                    "share.coordinator.state.topic.min.isr", "1");

    /** Fifty partitions of each internal topic cost a small machine files and start-up time. */
    private static final Map<String, String> SMALL =
            Map.of(
                    "offsets.topic.num.partitions", "4",
                    "transaction.state.log.num.partitions", "4",
                    "share.coordinator.state.topic.num.partitions", "4",
                    "log.cleaner.dedupe.buffer.size", "4194304");

    private static final Map<String, String> PROMPT =
            Map.of(
                    // The first consumer of a group would wait three seconds for company.
                    "group.initial.rebalance.delay.ms", "0",
                    // A misspelt name would become a topic with the wrong settings.
                    "auto.create.topics.enable", "false");

    /**
     * Sixty days. A group that has been away for longer than this begins its topics anew, and would
     * do jobs again that are kept for thirty; the default is seven.
     */
    private static final Map<String, String> MINDFUL = Map.of("offsets.retention.minutes", "86400");

    private BrokerProperties() {}

    static Properties of(Path folder, int port, Map<String, String> more) {
        var properties = new Properties();
        properties.putAll(place(folder, port, FreePort.otherThan(port)));
        properties.putAll(ALONE);
        properties.putAll(SMALL);
        properties.putAll(PROMPT);
        properties.putAll(MINDFUL);
        properties.putAll(more);
        return properties;
    }

    private static Map<String, String> place(Path folder, int port, int controllerPort) {
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
