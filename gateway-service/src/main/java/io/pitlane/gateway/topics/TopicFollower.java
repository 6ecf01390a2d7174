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
 * Reads topics from their first record on and never stops, without a consumer group: every gateway
 * sees everything, and nothing has to be remembered between two starts.
 *
 * <p>Survives whatever the broker does: after an error it goes on where it was.
 */
public final class TopicFollower implements Runnable {
    private static final Logger LOG = Logger.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Map<String, RecordReader> readers;
    private final Listener listener;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Consumer<String, byte[]> current;
    private volatile boolean caughtUp;

    /** Takes one record; what it cannot read is skipped and logged. */
    @FunctionalInterface
    public interface RecordReader {
        /**
         * @param value null where the key was removed
         */
        void read(String key, byte[] value) throws Exception;
    }

    /** Somebody who waits until the reading has come to certain offsets. */
    private record Waiter(Map<TopicPartition, Long> ends, CompletableFuture<Void> there) {}

    /** Is told, on the follower's thread, where the reading stands. */
    public interface Listener {

        /** What was in the topics when the reading began has been read. */
        void caughtUp();

        /** Some time has passed. */
        void tick();

        /** The cluster does not allow the reading; it is tried again. */
        void refused();
    }

    /**
     * A follower that has not started.
     *
     * @param consumers makes a consumer that reads committed records only
     * @param readers what to do with the records, by topic
     * @param listener told where the reading stands
     */
    public TopicFollower(
            Supplier<Consumer<String, byte[]>> consumers,
            Map<String, RecordReader> readers,
            Listener listener) {
        this.consumers = consumers;
        this.readers = Map.copyOf(readers);
        this.listener = listener;
    }

    /** Whether everything that was there at the start has been read. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /**
     * Completes, on the follower's thread, when the reading has come to these offsets.
     *
     * @param ends of partitions that are followed
     */
    public CompletableFuture<Void> reach(Map<TopicPartition, Long> ends) {
        var waiter = new Waiter(Map.copyOf(ends), new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.there();
    }

    @Override
    public void run() {
        while (!isStopped()) {
            try (var consumer = consumers.get()) {
                current = consumer;
                follow(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("Woken up to stop", e);
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

    /** Ends the reading soon. */
    public void stop() {
        stopped.countDown();
        Optional.ofNullable(current).ifPresent(Consumer::wakeup);
    }

    private void follow(Consumer<String, byte[]> consumer) {
        var partitions = readers.keySet().stream().flatMap(t -> of(t, consumer).stream()).toList();
        consumer.assign(partitions);
        seekToWhereWeWere(consumer, partitions);
        var ends = consumer.endOffsets(partitions);
        while (!isStopped()) {
            consumer.poll(POLL).forEach(this::read);
            if (!caughtUp && isPast(ends, consumer)) {
                listener.caughtUp();
                caughtUp = true;
            }
            waiters.removeIf(waiter -> tellIfThere(waiter, consumer));
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

    private void seekToWhereWeWere(
            Consumer<String, byte[]> consumer, Collection<TopicPartition> partitions) {
        consumer.seekToBeginning(partitions);
        positions.forEach(consumer::seek);
    }

    private static boolean isPast(
            Map<TopicPartition, Long> ends, Consumer<String, byte[]> consumer) {
        return ends.entrySet().stream()
                .allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }

    /** Whether the waiter needs no longer be remembered: it was told, or gave up. */
    private static boolean tellIfThere(Waiter waiter, Consumer<String, byte[]> consumer) {
        return waiter.there().isDone()
                || isPast(waiter.ends(), consumer) && waiter.there().complete(null);
    }

    private void read(ConsumerRecord<String, byte[]> event) {
        try {
            readers.get(event.topic()).read(event.key(), event.value());
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
