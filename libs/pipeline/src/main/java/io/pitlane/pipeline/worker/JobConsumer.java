package io.pitlane.pipeline.worker;

import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.consumer.InFlightWork;
import io.pitlane.pipeline.process.StepResult;
import io.pitlane.pipeline.topics.AccessCheck;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes jobs from its stage's topic, one at a time. */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
public class JobConsumer {
    private static final String CHANNEL = "jobs";

    private final MessageWorker<Job, StepResult> worker;

    JobConsumer(
            KafkaClientService clients,
            JobHandler handler,
            InFlightWork inFlight,
            PipelineConfig config,
            AccessCheck access) {
        this.worker =
                MessageWorker.on(CHANNEL, handler, clients, access, inFlight, config.job().drain());
    }

    void start(@Observes StartupEvent event) {
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.stop();
    }

    /** Processes one job, however long it takes. */
    @Incoming(CHANNEL)
    @Blocking("stage")
    public void consume(ConsumerRecord<String, byte[]> message) {
        worker.consume(message);
    }
}
