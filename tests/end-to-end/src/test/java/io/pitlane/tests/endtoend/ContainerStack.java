package io.pitlane.tests.endtoend;

import io.pitlane.pipeline.testing.ContainerCluster;
import io.pitlane.pipeline.testing.ServiceContainer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.testcontainers.lifecycle.Startables;

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

    /** A gateway on another address than loopback does not start without one. */
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private final ContainerCluster cluster = ContainerCluster.start();
    private final ServiceContainer gateway;
    private final Map<String, ServiceContainer> stages;

    private ContainerStack(Map<String, String> environment) {
        gateway =
                cluster.service("gateway-service")
                        .withEnv("PITLANE_SECURITY_API_KEYS", "test:" + KEY);
        stages =
                STAGES.stream()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        stage -> cluster.service(stage).withEnv(environment)));
    }

    /** Starts every container and waits until all are ready. */
    static ContainerStack start(Map<String, String> environment) {
        var stack = new ContainerStack(environment);
        try {
            stack.gateway.start();
            Startables.deepStart(stack.stages.values()).join();
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("PITLANE_SERVER", gateway.address(), "PITLANE_API_KEY", KEY);
    }

    @Override
    public StackTopics topics() {
        return new StackTopics(cluster.bootstrapServers());
    }

    @Override
    public void killInMidStep(String service) {
        stages.get(service).killInMidStep();
    }

    @Override
    public void close() {
        stages.values().forEach(ServiceContainer::close);
        gateway.close();
        cluster.close();
    }
}
