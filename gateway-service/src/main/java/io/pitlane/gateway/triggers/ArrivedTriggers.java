package io.pitlane.gateway.triggers;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.pipeline.event.DeadLetterRecords;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The triggers that arrived, read from their topic, and which of them were refused, read from the
 * dead letters: the newest {@value #CAPACITY}. The two topics have no order among each other. A
 * trigger that is refused when it arrives over HTTP is in neither: those that this gateway refused
 * are kept, as many again, until it ends. Thread-safe.
 */
@Singleton
public class ArrivedTriggers {
    private static final int CAPACITY = 1000;
    private static final long NO_OFFSET = -1;

    private final TreeMap<Long, ArrivedTrigger> triggers = new TreeMap<>();
    private final TreeMap<Long, String> refusals = new TreeMap<>();
    private final LinkedHashMap<String, ArrivedTrigger> refusedRequests = new LinkedHashMap<>();
    private final Topics topics;
    private final int capacity;
    private final Clock clock;
    private long requests;

    @Inject
    ArrivedTriggers(Topics topics) {
        this(topics, CAPACITY, Clock.systemUTC());
    }

    ArrivedTriggers(Topics topics, int capacity, Clock clock) {
        this.topics = topics;
        this.capacity = capacity;
        this.clock = clock;
    }

    /** Applies a record of the triggers topic, which may hold anything. */
    public synchronized void accept(ConsumerRecord<String, byte[]> record) {
        var offset = record.offset();
        var trigger = read(record).refused(refusals.get(offset));
        triggers.put(offset, trigger);
        keep(triggers);
        // It was refused before, and has been sent again.
        refusedRequests.remove(trigger.runId());
    }

    /** Applies a record of the dead letters; ignored unless it was a trigger. */
    public synchronized void refused(ConsumerRecord<String, byte[]> letter) {
        if (DeadLetterRecords.topic(letter).filter(topics.triggers()::equals).isPresent()) {
            DeadLetterRecords.offset(letter)
                    .ifPresent(offset -> refuse(offset, DeadLetterRecords.reason(letter)));
        }
    }

    /**
     * Keeps a request that is refused; in place of the one before where the same trigger is sent
     * again.
     *
     * @param received empty where it cannot be read
     * @param why it is refused
     */
    synchronized void refused(Optional<ReceivedTrigger> received, String why) {
        var trigger = trigger(NO_OFFSET, clock.instant(), received).refused(why);
        var key = received.isPresent() ? trigger.runId() : "request " + requests++;
        refusedRequests.remove(key);
        refusedRequests.put(key, trigger);
        if (refusedRequests.size() > capacity) {
            refusedRequests.remove(refusedRequests.keySet().iterator().next());
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
        return Stream.concat(
                        triggers.descendingMap().values().stream(),
                        refusedRequests.values().stream())
                .sorted(Comparator.comparing(ArrivedTrigger::at).reversed())
                .limit(limit)
                .toList();
    }

    private static ArrivedTrigger read(ConsumerRecord<String, byte[]> record) {
        var at = Instant.ofEpochMilli(record.timestamp());
        try {
            return trigger(record.offset(), at, Optional.of(TriggerReader.read(record)));
        } catch (FailureException e) {
            return trigger(record.offset(), at, Optional.empty());
        }
    }

    private static ArrivedTrigger trigger(
            long offset, Instant at, Optional<ReceivedTrigger> received) {
        return received.map(
                        trigger ->
                                new ArrivedTrigger(
                                        offset,
                                        at,
                                        trigger.trigger().model(),
                                        trigger.event().getSource() + " " + trigger.event().getId(),
                                        trigger.runId().toString(),
                                        null))
                .orElseGet(() -> new ArrivedTrigger(offset, at, null, null, null, null));
    }
}
