package io.pitlane.pipeline.worker;

import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.consumer.InFlightWork;
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

/** Takes trials of any search, one at a time, beside the jobs. */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.trials.enabled", stringValue = "true")
public class TrialConsumer {
    private static final String CHANNEL = "trials";

    private final MessageWorker<Trial, TrialScore> worker;

    TrialConsumer(
            KafkaClientService clients,
            TrialHandler handler,
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

    /** Processes one trial, however long it takes. */
    @Incoming(CHANNEL)
    @Blocking("trials")
    public void consume(ConsumerRecord<String, byte[]> message) {
        worker.consume(message);
    }
}
