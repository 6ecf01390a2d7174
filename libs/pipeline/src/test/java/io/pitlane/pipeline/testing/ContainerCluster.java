package io.pitlane.pipeline.testing;

import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A Kafka in a container, and the network where services in containers meet it. Which images there
 * are, the build says by {@code -Pcontainers}; none is ever pulled.
 */
public final class ContainerCluster implements AutoCloseable {
    private static final String BROKER = "kafka:19092";

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka =
            new KafkaContainer(
                            DockerImageName.parse(property("pitlane.image.kafka"))
                                    .asCompatibleSubstituteFor("apache/kafka"))
                    .withImagePullPolicy(name -> false)
                    .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                    .withNetwork(network)
                    .withListener(BROKER);

    private ContainerCluster() {}

    /** Whether the build asks for containers; never found out by looking for an engine. */
    public static boolean askedFor() {
        return Boolean.getBoolean("pitlane.containers");
    }

    /** Starts the broker and waits until it is ready. */
    public static ContainerCluster start() {
        var cluster = new ContainerCluster();
        try {
            cluster.kafka.start();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** How the test itself reaches the broker. */
    public String bootstrapServers() {
        return kafka.getBootstrapServers();
    }

    /** How services reach it. */
    public String forServices() {
        return BROKER;
    }

    /**
     * A service that is yet to be started.
     *
     * @param module the folder it is built in
     */
    public ServiceContainer service(String module) {
        var image = property("pitlane.image.prefix") + module + ":" + property("pitlane.image.tag");
        return new ServiceContainer(DockerImageName.parse(image))
                .withNetwork(network)
                .withEnv("KAFKA_BOOTSTRAP_SERVERS", BROKER);
    }

    private static String property(String name) {
        var value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException(
                    "the system property " + name + " is not set: run Maven with -Pcontainers");
        }
        return value;
    }

    @Override
    public void close() {
        kafka.stop();
        network.close();
    }
}
