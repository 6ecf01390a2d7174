package io.pitlane.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A single-node Kafka (KRaft, broker and controller in one) in this JVM, on the loopback interface
 * only. Its data survive a restart, also after kill -9.
 *
 * <pre>{@code
 * try (var kafka = EmbeddedKafka.start(folder)) {
 *     kafka.createTopics(List.of(new NewTopic("events", 1, (short) 1)));
 *     var bootstrap = kafka.bootstrapServers();
 * }
 * }</pre>
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** After kill -9 the log is recovered first, which takes about 15 seconds. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private static final PrintStream DISCARD = new PrintStream(OutputStream.nullOutputStream());

    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private final Map<String, String> client;

    private EmbeddedKafka(
            KafkaRaftServer server, String bootstrapServers, Map<String, String> client) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
        this.client = Map.copyOf(client);
    }

    /**
     * Starts a broker on an unused port and waits until it responds.
     *
     * @param folder folder of its data; created when absent
     */
    public static EmbeddedKafka start(Path folder) {
        return start(folder, FreePort.find(), Map.of());
    }

    /**
     * Starts a broker and waits until it responds.
     *
     * @param folder folder of its data; created when absent
     * @param port of its listener on 127.0.0.1
     * @param properties additional broker properties, which override the defaults
     * @throws IllegalStateException when it does not respond within a minute
     */
    public static EmbeddedKafka start(Path folder, int port, Map<String, String> properties) {
        return start(folder, port, properties, Map.of());
    }

    /**
     * Starts a broker that may need authentication, and waits until it responds. Its listeners are
     * named {@code CLIENTS} and {@code CONTROLLER}.
     *
     * @param folder folder of its data; created when absent
     * @param port of its listener on 127.0.0.1
     * @param properties additional broker properties, which override the defaults
     * @param client settings of an administrator's client
     * @throws IllegalStateException when it does not respond within a minute
     */
    public static EmbeddedKafka start(
            Path folder, int port, Map<String, String> properties, Map<String, String> client) {
        var bootstrapServers = BrokerProperties.HOST + ":" + port;
        var config = KafkaConfig.fromProps(BrokerProperties.of(folder, port, properties), false);
        format(folder, config);
        var server = new KafkaRaftServer(config, Time.SYSTEM);
        var broker = new EmbeddedKafka(server, bootstrapServers, client);
        try {
            broker.server.startup();
            broker.awaitResponse();
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    private static void format(Path folder, KafkaConfig config) {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(folder);
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(config.nodeId())
                    .setControllerListenerName(BrokerProperties.CONTROLLER)
                    .setMetadataLogDirectory(config.metadataLogDir())
                    .setPrintStream(DISCARD)
                    .addDirectory(folder.toAbsolutePath().toString())
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("cannot format " + folder, e);
        }
    }

    private void awaitResponse() {
        try (var admin = admin()) {
            get(admin.describeCluster().nodes());
        }
    }

    /** {@code host:port}, for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Creates the topics that do not exist. */
    public void createTopics(Collection<NewTopic> topics) {
        try (var admin = admin()) {
            var present = get(admin.listTopics().names());
            var missing = topics.stream().filter(t -> !present.contains(t.name())).toList();
            get(admin.createTopics(missing).all());
        }
    }

    private Admin admin() {
        var timeout = (int) START_TIMEOUT.toMillis();
        var settings = new HashMap<String, Object>(client);
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
        return Admin.create(settings);
    }

    private <T> T get(KafkaFuture<T> response) {
        try {
            return response.get(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the broker", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the broker at " + bootstrapServers + " does not respond as expected", e);
        }
    }

    /** Shuts the broker down; its data are kept. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /**
     * Runs a broker as a process of its own until its standard input ends, so that it does not
     * outlive its parent.
     *
     * @param arguments {@code FOLDER PORT [--stay] [NAME=VALUE...]}: {@code --stay} keeps the
     *     broker when standard input ends, the pairs are broker properties
     */
    public static void main(String[] arguments) {
        var parsed = BrokerArguments.parse(List.of(arguments));
        var broker = start(parsed.folder(), parsed.port(), new HashMap<>(parsed.properties()));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
        System.out.println("ready " + broker.bootstrapServers());
        if (parsed.stay()) {
            broker.server.awaitShutdown();
        } else {
            awaitEndOfInput();
            System.exit(0);
        }
    }

    private static void awaitEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // Treated as the end of the input.
        }
    }
}
