package io.pitlane.gateway.triggers;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.event.DeadLetterRecords;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The triggers that arrived, read from their topic, and which of them were refused, read from the
 * dead letters: the newest {@value #CAPACITY}. The two topics have no order among each other.
 * Thread-safe.
 */
@Singleton
public class ArrivedTriggers {
    private static final int CAPACITY = 1000;

    private final TreeMap<Long, ArrivedTrigger> triggers = new TreeMap<>();
    private final TreeMap<Long, String> refusals = new TreeMap<>();
    private final Topics topics;
    private final int capacity;

    @Inject
    ArrivedTriggers(Topics topics) {
        this(topics, CAPACITY);
    }

    ArrivedTriggers(Topics topics, int capacity) {
        this.topics = topics;
        this.capacity = capacity;
    }

    /** Applies a record of the triggers topic, which may hold anything. */
    public synchronized void accept(ConsumerRecord<String, byte[]> record) {
        var offset = record.offset();
        triggers.put(offset, read(record).refused(refusals.get(offset)));
        keep(triggers);
    }

    /** Applies a record of the dead letters; ignored unless it was a trigger. */
    public synchronized void refused(ConsumerRecord<String, byte[]> letter) {
        if (DeadLetterRecords.topic(letter).filter(topics.triggers()::equals).isPresent()) {
            DeadLetterRecords.offset(letter)
                    .ifPresent(offset -> refuse(offset, DeadLetterRecords.reason(letter)));
        }
    }

    private void refuse(long offset, Optional<String> reason) {
        var why = reason.orElse("no reason is given");
        refusals.put(offset, why);
        keep(refusals);
        triggers.computeIfPresent(offset, (at, trigger) -> trigger.refused(why));
    }

    private void keep(TreeMap<Long, ?> newest) {
        if (newest.size() > capacity) {
            newest.pollFirstEntry();
        }
    }

    /** The newest triggers, the newest first. */
    public synchronized List<ArrivedTrigger> newest(int limit) {
        return triggers.descendingMap().values().stream().limit(limit).toList();
    }

    private static ArrivedTrigger read(ConsumerRecord<String, byte[]> record) {
        var at = Instant.ofEpochMilli(record.timestamp());
        try {
            var received = TriggerReader.read(record);
            return new ArrivedTrigger(
                    record.offset(),
                    at,
                    received.trigger().model(),
                    received.event().getSource() + " " + received.event().getId(),
                    received.runId().toString(),
                    null);
        } catch (FailureException e) {
            return new ArrivedTrigger(record.offset(), at, null, null, null, null);
        }
    }
}
