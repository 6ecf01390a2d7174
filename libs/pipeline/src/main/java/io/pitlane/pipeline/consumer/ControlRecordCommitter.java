package io.pitlane.pipeline.consumer;

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
 * Commits past the control records at the end of the jobs topic. A control record ends a
 * transaction and is never delivered; the commit of the job before it stops in front of it. Without
 * this, the group would have a lag of one for ever, and an autoscaler would never stop the last
 * replica of a stage.
 */
@ApplicationScoped
@IfBuildProperty(name = "pitlane.worker.enabled", stringValue = "true")
class ControlRecordCommitter {
    private static final Logger LOG = Logger.getLogger(ControlRecordCommitter.class);
    private static final String CHANNEL = "jobs";
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The consumer neither polls nor rebalances during a request. */
    private static final Duration REQUEST = Duration.ofSeconds(5);

    private final KafkaClientService clients;
    private final LastPolledOffsets lastPolled;
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(ControlRecordCommitter::thread);

    ControlRecordCommitter(KafkaClientService clients, LastPolledOffsets lastPolled) {
        this.clients = clients;
        this.lastPolled = lastPolled;
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "control-record-committer");
        thread.setDaemon(true);
        return thread;
    }

    void start(@Observes StartupEvent event) {
        var pause = INTERVAL.toMillis();
        schedule.scheduleWithFixedDelay(this::commit, pause, pause, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        schedule.shutdownNow();
    }

    private void commit() {
        try {
            clients.<String, byte[]>getConsumer(CHANNEL)
                    .runOnPollingThread(this::commitPast)
                    .await()
                    .atMost(PATIENCE);
        } catch (RuntimeException e) {
            LOG.debug("Control records are not committed, trying again later", e);
        }
    }

    /** On the polling thread, so that no message is polled meanwhile. */
    private void commitPast(Consumer<String, byte[]> consumer) {
        var past = past(consumer, lastPolled);
        if (!past.isEmpty()) {
            consumer.commitSync(past, REQUEST);
        }
    }

    /**
     * The positions of those partitions of which every polled message is committed: only control
     * records lie between the committed offset and the position.
     */
    static Map<TopicPartition, OffsetAndMetadata> past(
            Consumer<String, byte[]> consumer, LastPolledOffsets lastPolled) {
        var past = new HashMap<TopicPartition, OffsetAndMetadata>();
        consumer.committed(consumer.assignment(), REQUEST)
                .forEach(
                        (partition, commit) -> {
                            var next = Optional.ofNullable(commit).map(OffsetAndMetadata::offset);
                            var position = consumer.position(partition, REQUEST);
                            var inFlight = lastPolled.of(partition).orElse(-1) >= next.orElse(0L);
                            if (!inFlight && position > next.orElse(0L)) {
                                past.put(partition, new OffsetAndMetadata(position));
                            }
                        });
        return past;
    }
}
