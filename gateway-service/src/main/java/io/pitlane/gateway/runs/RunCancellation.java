package io.pitlane.gateway.runs;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.run.Cancellation;
import io.pitlane.contract.run.RunState;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.pipeline.event.EventRecords;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/**
 * Requests the end of runs. The stage that has the run's job ends it, in the transaction in which
 * it would hand the job over: a run ends once, whatever happens at the same time.
 */
@Singleton
public class RunCancellation {
    private final EventRecords events;
    private final EventProducer producer;

    RunCancellation(EventRecords events, EventProducer producer) {
        this.events = events;
        this.producer = producer;
    }

    /**
     * Stores the request; to repeat it changes nothing.
     *
     * @throws FailureException INTERNAL when Kafka did not confirm
     */
    public void request(RunState run) {
        var cancellation = new Cancellation(run.runId(), Instant.now());
        producer.publish(List.of(events.cancellation(cancellation)));
    }
}
