package io.pitlane.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.files.Folders;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The open transaction of a stranger, which holds readers back, ends no run. */
@Tag("long")
@Timeout(900)
class OpenTransactionIT extends SharedKillTestCluster {
    /** Twice the patience of a reader. */
    private static final Duration OPEN = Duration.ofMinutes(3);

    @Test
    void theOpenTransactionOfAnotherProducerOnlyDelaysARun() throws IOException {
        // Given
        for (var stage : new StageName[] {StageName.PRUNE, StageName.BENCH}) {
            Folders.delete(testCluster.replica(stage).folder().resolve("cache"));
        }
        try (var other = producer()) {
            other.initTransactions();
            other.beginTransaction();
            var artifacts = Topics.DEFAULT.artifacts();
            other.partitionsFor(artifacts)
                    .forEach(
                            partition ->
                                    other.send(
                                            new ProducerRecord<>(
                                                    artifacts,
                                                    partition.partition(),
                                                    "other",
                                                    new byte[1])));
            other.flush();

            // When
            testCluster.submit(run, "free");
            TestCluster.pass(OPEN);
            assertThat(run.begunBy(StageName.PRUNE)).isZero();
            other.abortTransaction();
        }

        // Then
        testCluster.assertEndedOnce(run);
        assertThat(run.begunBy(StageName.PRUNE)).isEqualTo(1);
    }

    private static KafkaProducer<String, byte[]> producer() {
        var settings = new HashMap<>(testCluster.testCluster().client());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "other");
        settings.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(OPEN.multipliedBy(2).toMillis()));
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
