package io.pitlane.gateway.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Reads topics from their first record on, without end and without a consumer group: every gateway
 * reads every record, and no offset is stored between two starts. After an error it continues at
 * its last position.
 */
public final class TopicFollower implements Runnable {
    private static final Logger LOG = Logger.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Map<String, RecordReader> readers;
    private final Listener listener;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Queue<OffsetWait> waits = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Consumer<String, byte[]> current;
    private volatile boolean caughtUp;

    /** Reads one record; a record that it cannot read is logged and skipped. */
    @FunctionalInterface
    public interface RecordReader {
        /**
         * @param record its value is null for a tombstone
         */
        void read(ConsumerRecord<String, byte[]> record) throws Exception;
    }

    /** A future that completes when every partition is read up to its offset. */
    private record OffsetWait(Map<TopicPartition, Long> offsets, CompletableFuture<Void> reached) {}

    /** Receives the state of the follower, on its thread. */
    public interface Listener {

        /** Every record that was in the topics at the start has been read. */
        void caughtUp();

        /** Called after every poll. */
        void tick();

        /** The cluster denies access; it is tried again. */
        void refused();
    }

    /**
     * A follower that has not started.
     *
     * @param consumers makes a consumer that reads committed records only
     * @param readers of the records, by topic
     * @param listener receives the state
     */
    public TopicFollower(
            Supplier<Consumer<String, byte[]>> consumers,
            Map<String, RecordReader> readers,
            Listener listener) {
        this.consumers = consumers;
        this.readers = Map.copyOf(readers);
        this.listener = listener;
    }

    /** Whether every record that was in the topics at the start has been read. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /**
     * A future that completes, on the follower's thread, when every partition is read up to its
     * offset.
     *
     * @param offsets end offsets of partitions that are followed
     */
    public CompletableFuture<Void> reach(Map<TopicPartition, Long> offsets) {
        var wait = new OffsetWait(Map.copyOf(offsets), new CompletableFuture<>());
        waits.add(wait);
        return wait.reached();
    }

    @Override
    public void run() {
        while (!isStopped()) {
            try (var consumer = consumers.get()) {
                current = consumer;
                follow(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("Stopping", e);
            } catch (RuntimeException e) {
                if (e instanceof AuthorizationException) {
                    listener.refused();
                }
                LOG.warnf("Reading the topics failed, trying again: %s", e.getMessage());
                LOG.debug("Reading the topics failed", e);
                pause();
            }
        }
    }

    /** Stops the reading; returns at once. */
    public void stop() {
        stopped.countDown();
        Optional.ofNullable(current).ifPresent(Consumer::wakeup);
    }

    private void follow(Consumer<String, byte[]> consumer) {
        var partitions = readers.keySet().stream().flatMap(t -> of(t, consumer).stream()).toList();
        consumer.assign(partitions);
        seekToLastPositions(consumer, partitions);
        var ends = consumer.endOffsets(partitions);
        while (!isStopped()) {
            consumer.poll(POLL).forEach(this::read);
            if (!caughtUp && isPast(ends, consumer)) {
                listener.caughtUp();
                caughtUp = true;
            }
            waits.removeIf(wait -> completeIfReached(wait, consumer));
            listener.tick();
        }
    }

    private static List<TopicPartition> of(String topic, Consumer<String, byte[]> consumer) {
        var partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("there is no topic " + topic);
        }
        return partitions.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
    }

    private void seekToLastPositions(
            Consumer<String, byte[]> consumer, Collection<TopicPartition> partitions) {
        consumer.seekToBeginning(partitions);
        positions.forEach(consumer::seek);
    }

    private static boolean isPast(
            Map<TopicPartition, Long> ends, Consumer<String, byte[]> consumer) {
        return ends.entrySet().stream()
                .allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }

    /** Whether the wait is over: its offsets are reached, or it was cancelled. */
    private static boolean completeIfReached(OffsetWait wait, Consumer<String, byte[]> consumer) {
        return wait.reached().isDone()
                || isPast(wait.offsets(), consumer) && wait.reached().complete(null);
    }

    private void read(ConsumerRecord<String, byte[]> event) {
        try {
            readers.get(event.topic()).read(event);
        } catch (Exception e) {
            LOG.errorf(
                    e,
                    "Skipped a record that cannot be read: topic %s, partition %d, offset %d",
                    event.topic(),
                    event.partition(),
                    event.offset());
        }
        positions.put(new TopicPartition(event.topic(), event.partition()), event.offset() + 1);
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void pause() {
        try {
            stopped.await(PAUSE_AFTER_ERROR.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }
}
