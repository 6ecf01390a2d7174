package io.pitlane.pipeline.worker;

import io.pitlane.contract.run.Job;
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
    private final Emitter<ProducerRecord<String, byte[]>> emitter;

    ProgressPublisher(
            EventRecords events,
            @Channel("progress") @OnOverflow(OnOverflow.Strategy.DROP)
                    Emitter<ProducerRecord<String, byte[]>> emitter) {
        this.events = events;
        this.emitter = emitter;
    }

    /**
     * Publishes how far a job's step is.
     *
     * @param fraction done so far, 0..1; null where the message does not tell
     */
    void publish(Job job, Double fraction, String message) {
        var stage = job.plan().steps().get(job.step()).stage();
        var progress =
                new Progress(job.runId(), job.step(), stage, fraction, message, Instant.now());
        emitter.send(events.progress(progress));
    }
}
