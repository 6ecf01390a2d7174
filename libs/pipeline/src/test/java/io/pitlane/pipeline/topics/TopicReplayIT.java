package io.pitlane.pipeline.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.testing.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class TopicReplayIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir static Path data;
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(data);
        kafka.createTopics(new TopicLayout(Topics.DEFAULT).all());
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void whatIsBeingCommittedWhileItReadsIsWaitedFor() throws Exception {
        // Given
        var topic = Topics.DEFAULT.runs();
        var seen = new CopyOnWriteArrayList<String>();
        var reading = new CountDownLatch(1);
        try (var cluster = new Cluster(kafka.bootstrapServers());
                var committing = cluster.transactional("test")) {
            cluster.send(new ProducerRecord<>(topic, "before", new byte[1]));
            committing.initTransactions();
            committing.beginTransaction();
            committing.send(new ProducerRecord<>(topic, "committed", new byte[1]));
            committing.flush();

            // When
            var replay =
                    CompletableFuture.runAsync(
                            () -> {
                                try (var topicReplay =
                                        new TopicReplay(
                                                client(),
                                                topic,
                                                PATIENCE,
                                                record -> {
                                                    seen.add(record.key());
                                                    reading.countDown();
                                                })) {
                                    topicReplay.catchUp();
                                }
                            });
            reading.await();
            committing.commitTransaction();

            // Then
            replay.join();
            assertThat(seen).containsExactly("before", "committed");
        }
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }
}
