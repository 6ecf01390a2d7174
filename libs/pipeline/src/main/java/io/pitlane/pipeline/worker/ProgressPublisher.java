package io.pitlane.pipeline.worker;

import io.pitlane.contract.run.Progress;
import io.pitlane.pipeline.event.EventRecords;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Publishes the progress of jobs, outside of any transaction, so that readers see it at once. */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
class ProgressPublisher {
    private final EventRecords events;
    private final WorkerBeans.Replica replica;
    private final Emitter<ProducerRecord<String, byte[]>> emitter;

    ProgressPublisher(
            EventRecords events,
            WorkerBeans.Replica replica,
            @Channel("progress") @OnOverflow(OnOverflow.Strategy.DROP)
                    Emitter<ProducerRecord<String, byte[]>> emitter) {
        this.events = events;
        this.replica = replica;
        this.emitter = emitter;
    }

    /** Publishes progress, of this replica and now. */
    void publish(Progress.Builder progress) {
        emitter.send(
                events.progress(
                        progress.replica(replica.name())
                                .gpus(replica.gpus())
                                .at(Instant.now())
                                .build()));
    }
}
