package io.pitlane.pipeline.worker;

import io.pitlane.contract.Job;
import io.pitlane.contract.Progress;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.stage.ProgressListener;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Emitter;

/** Tells the progress topic what a child says, outside of any transaction: it is news now. */
final class ProgressRelay implements ProgressListener {
    private final Job job;
    private final EventRecords events;
    private final Emitter<ProducerRecord<String, byte[]>> emitter;

    ProgressRelay(Job job, EventRecords events, Emitter<ProducerRecord<String, byte[]>> emitter) {
        this.job = job;
        this.events = events;
        this.emitter = emitter;
    }

    @Override
    public void at(double fraction, String message) {
        var stage = job.plan().steps().get(job.step()).stage();
        var progress =
                new Progress(job.runId(), job.step(), stage, fraction, message, Instant.now());
        emitter.send(events.progress(progress));
    }
}
