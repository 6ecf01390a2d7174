package io.pitlane.cli.endtoend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * The stack in containers: a Kafka, and each service from the image that the build made, as it
 * would run in a cluster.
 */
final class ContainerStack implements Stack {
    private static final List<String> STAGES =
            List.of(
                    "prune-service",
                    "distill-service",
                    "nas-service",
                    "quantize-service",
                    "bench-service");

    private static final String BROKER = "kafka:19092";

    /** A gateway on another address than loopback does not start without one. */
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka;
    private final ServiceContainer gateway;
    private final Map<String, ServiceContainer> stages;

    private ContainerStack(Map<String, String> environment) {
        var settings = new HashMap<>(environment);
        settings.put("KAFKA_BOOTSTRAP_SERVERS", BROKER);
        settings.put("PITLANE_SECURITY_API_KEYS", "test:" + KEY);
        kafka =
                new KafkaContainer(
                                DockerImageName.parse(property("pitlane.image.kafka"))
                                        .asCompatibleSubstituteFor("apache/kafka"))
                        .withImagePullPolicy(name -> false)
                        .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                        .withNetwork(network)
                        .withListener(BROKER);
        gateway = new ServiceContainer("gateway-service", network, settings);
        stages =
                STAGES.stream()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        stage -> new ServiceContainer(stage, network, settings)));
    }

    /** Whether the build asks for containers; never found out by looking for an engine. */
    static boolean askedFor() {
        return Boolean.getBoolean("pitlane.containers");
    }

    /** Starts every container and waits until all are ready. */
    static ContainerStack start(Map<String, String> environment) {
        var stack = new ContainerStack(environment);
        try {
            stack.kafka.start();
            stack.gateway.start();
            Startables.deepStart(stack.stages.values()).join();
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    static String property(String name) {
        var value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException(
                    "the system property " + name + " is not set: run Maven with -Pcontainers");
        }
        return value;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("PITLANE_SERVER", gateway.address(), "PITLANE_API_KEY", KEY);
    }

    @Override
    public StackTopics topics() {
        return new StackTopics(kafka.getBootstrapServers());
    }

    @Override
    public void killInMidStep(String service) {
        stages.get(service).killInMidStep();
    }

    @Override
    public void close() {
        stages.values().forEach(ServiceContainer::stop);
        gateway.stop();
        kafka.stop();
        network.close();
    }
}
