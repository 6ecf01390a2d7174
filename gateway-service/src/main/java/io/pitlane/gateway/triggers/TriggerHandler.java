package io.pitlane.gateway.triggers;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.InvalidPlanException;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.runs.RunCapacity;
import io.pitlane.gateway.topics.CaughtUpView;
import io.pitlane.gateway.topics.ConsumedOffset;
import io.pitlane.gateway.topics.DeadLetters;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.gateway.topics.RecordHandler;
import io.pitlane.pipeline.event.EventRecords;
import io.pitlane.pipeline.placement.JobPlacement;
import jakarta.inject.Singleton;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Processes one trigger from the topic: publishes its run, a dead letter, or nothing when the run
 * was started before, in one transaction with the trigger's offset. When a gateway dies before the
 * commit, the next owner of the partition processes the trigger; a gateway that has lost the
 * partition cannot commit.
 *
 * <p>Whether the run was started before is known from the runs topic, read to its end: it contains
 * everything that an earlier owner of the partition has committed.
 */
@Singleton
class TriggerHandler implements RecordHandler {
    private static final Logger LOG = Logger.getLogger(TriggerHandler.class);

    private final TriggerResolver resolver;
    private final TriggeredRuns started;
    private final RunCapacity capacity;
    private final CaughtUpView view;
    private final EventProducer producer;
    private final EventRecords events;
    private final JobPlacement placement;
    private final DeadLetters deadLetters;
    private final Topics topics;
    private final List<String> consulted;

    TriggerHandler(
            TriggerResolver resolver,
            TriggeredRuns started,
            RunCapacity capacity,
            CaughtUpView view,
            EventProducer producer,
            EventRecords events,
            JobPlacement placement,
            DeadLetters deadLetters,
            Topics topics) {
        this.resolver = resolver;
        this.started = started;
        this.capacity = capacity;
        this.view = view;
        this.producer = producer;
        this.events = events;
        this.placement = placement;
        this.deadLetters = deadLetters;
        this.topics = topics;
        this.consulted = List.of(topics.runs(), topics.plans(), topics.artifactIndex());
    }

    @Override
    public String topic() {
        return topics.triggers();
    }

    /** Returns false while too many runs are active. */
    @Override
    public boolean handle(ConsumerRecord<String, byte[]> record, ConsumedOffset offset) {
        consulted.forEach(view::awaitCaughtUp);
        try {
            return start(TriggerReader.read(record), offset);
        } catch (InvalidPlanException | ApiException | FailureException e) {
            deadLetters.send(record, TriggerRefusal.reason(e).orElseThrow(() -> e), offset);
            return true;
        }
    }

    private boolean start(ReceivedTrigger received, ConsumedOffset offset) {
        if (started.contains(received.runId())) {
            LOG.infof("Run %s was started before by the same trigger", received.runId());
            producer.publish(List.of(), offset);
            return true;
        }
        var run = resolver.resolve(received);
        if (!capacity.isFree()) {
            return false;
        }
        producer.publish(
                List.of(
                        events.job(run.job(), placement.partition(run.job())),
                        events.state(run.state())),
                offset);
        LOG.infof(
                "Run %s of plan %s started by a trigger for model %s",
                received.runId(), run.state().plan().name(), received.trigger().model());
        return true;
    }
}
