package io.pitlane.gateway;

import io.pitlane.contract.Topics;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway that is ready, with simulated stages at its broker. */
abstract class GatewayWithStages {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject Topics topics;
    SimulatedStages stages;

    @BeforeEach
    void connect() {
        Readiness.await();
        stages = new SimulatedStages(bootstrapServers, topics);
    }

    @AfterEach
    void disconnect() {
        stages.close();
    }
}
