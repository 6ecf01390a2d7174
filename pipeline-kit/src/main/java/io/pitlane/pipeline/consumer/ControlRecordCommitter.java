package io.pitlane.pipeline.worker;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Commits past the ends of transactions in the jobs topic. Each is a record that no reader is
 * shown; the commit of the job before it stops in front of it. The group would be behind by one for
 * ever, and whoever scales a stage by that would never stop its last replica.
 */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
class TransactionEnds {
    private static final Logger LOG = Logger.getLogger(TransactionEnds.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Nothing is polled meanwhile, and nobody is told who is to work on what. */
    private static final Duration REQUEST = Duration.ofSeconds(5);

    private final KafkaClientService clients;
    private final Delivered delivered;
    private final ScheduledExecutorService turns =
            Executors.newSingleThreadScheduledExecutor(TransactionEnds::thread);

    TransactionEnds(KafkaClientService clients, Delivered delivered) {
        this.clients = clients;
        this.delivered = delivered;
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "transaction-ends");
        thread.setDaemon(true);
        return thread;
    }

    void start(@Observes StartupEvent event) {
        var pause = EVERY.toMillis();
        turns.scheduleWithFixedDelay(this::turn, pause, pause, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        turns.shutdownNow();
    }

    private void turn() {
        try {
            clients.<String, byte[]>getConsumer(Worker.JOBS)
                    .runOnPollingThread(this::commitPast)
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException e) {
            LOG.debug("The ends of transactions are committed at another turn", e);
        }
    }

    /** On the thread that polls, so that nothing is taken from the log meanwhile. */
    private void commitPast(Consumer<String, byte[]> consumer) {
        var past = past(consumer, delivered);
        if (!past.isEmpty()) {
            consumer.commitSync(past, REQUEST);
        }
    }

    /**
     * The positions of those partitions of which everything that was taken from the log is
     * committed: what lies between the commit and the position is no message.
     */
    static Map<TopicPartition, OffsetAndMetadata> past(
            Consumer<String, byte[]> consumer, Delivered delivered) {
        var past = new HashMap<TopicPartition, OffsetAndMetadata>();
        consumer.committed(consumer.assignment(), REQUEST)
                .forEach(
                        (partition, commit) -> {
                            var next = Optional.ofNullable(commit).map(OffsetAndMetadata::offset);
                            var position = consumer.position(partition, REQUEST);
                            var open = delivered.lastOf(partition).orElse(-1) >= next.orElse(0L);
                            if (!open && position > next.orElse(0L)) {
                                past.put(partition, new OffsetAndMetadata(position));
                            }
                        });
        return past;
    }
}
