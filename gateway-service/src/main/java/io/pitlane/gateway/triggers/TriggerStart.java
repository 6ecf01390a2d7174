package io.pitlane.gateway.triggers;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import io.pitlane.contract.InvalidPlanException;
import io.pitlane.contract.Topics;
import io.pitlane.gateway.errors.ApiException;
import io.pitlane.gateway.runs.RunCapacity;
import io.pitlane.gateway.topics.ConsumedOffset;
import io.pitlane.gateway.topics.EventProducer;
import io.pitlane.gateway.topics.FreshView;
import io.pitlane.pipeline.event.DeadLetterRecords;
import io.pitlane.pipeline.event.EventRecords;
import jakarta.inject.Singleton;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * What becomes of one trigger from the topic: its run, a dead letter, or nothing when the run was
 * started before; together with the trigger's offset, in one transaction. A gateway that dies in
 * the middle leaves the trigger to the next one; one that has lost its turn to another cannot
 * commit.
 *
 * <p>Whether the run was started before is asked of the runs topic, read to its end: everything
 * that whoever had the turn before us has committed is in it.
 */
@Singleton
class TriggerStart {
    private static final Logger LOG = Logger.getLogger(TriggerStart.class);
    private static final int LONGEST_REASON = 2000;

    /** With reason and headers below what Kafka takes. */
    private static final int LARGEST_LETTER = 512 * 1024;

    private final TriggerCheck check;
    private final TriggeredRuns started;
    private final RunCapacity capacity;
    private final FreshView view;
    private final EventProducer producer;
    private final EventRecords events;
    private final DeadLetterRecords letters;
    private final List<String> consulted;

    TriggerStart(
            TriggerCheck check,
            TriggeredRuns started,
            RunCapacity capacity,
            FreshView view,
            EventProducer producer,
            EventRecords events,
            Topics topics) {
        this.check = check;
        this.started = started;
        this.capacity = capacity;
        this.view = view;
        this.producer = producer;
        this.events = events;
        this.letters = new DeadLetterRecords(topics);
        this.consulted = List.of(topics.runs(), topics.plans(), topics.artifactIndex());
    }

    /**
     * Deals with one trigger.
     *
     * @param offset where the reading stands once it is dealt with
     * @return false when it must wait, because too many runs are at work
     * @throws FailureException INTERNAL when Kafka did not confirm; it is to be tried again
     */
    boolean take(ConsumerRecord<String, byte[]> record, ConsumedOffset offset) {
        consulted.forEach(view::await);
        try {
            return start(TriggerReader.read(record), offset);
        } catch (InvalidPlanException e) {
            putAside(record, e.getMessage().replace("\n", "; "), offset);
        } catch (ApiException e) {
            putAside(record, e.getMessage() + " " + e.action(), offset);
        } catch (FailureException e) {
            if (e.kind() != Failure.Kind.INVALID_INPUT) {
                throw e;
            }
            putAside(record, e.getMessage() + " " + e.action(), offset);
        }
        return true;
    }

    private boolean start(ReceivedTrigger received, ConsumedOffset offset) {
        if (started.contains(received.runId())) {
            LOG.infof("Run %s was started before by the same trigger", received.runId());
            producer.publish(List.of(), offset);
            return true;
        }
        var run = check.check(received);
        if (!capacity.isFree()) {
            return false;
        }
        producer.publish(List.of(events.job(run.job()), events.state(run.state())), offset);
        LOG.infof(
                "Run %s of plan %s started by a trigger for model %s",
                received.runId(), run.state().plan().name(), received.trigger().model());
        return true;
    }

    private void putAside(
            ConsumerRecord<String, byte[]> record, String reason, ConsumedOffset offset) {
        var told = reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
        LOG.warnf("Put aside the trigger at offset %d: %s", record.offset(), told);
        var letter =
                record.serializedValueSize() > LARGEST_LETTER
                        ? letters.withoutValue(record, told)
                        : letters.of(record, told);
        producer.publish(List.of(letter), offset);
    }
}
