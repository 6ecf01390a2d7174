package io.pitlane.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedKafkaIT {
    private static final List<NewTopic> TOPICS = List.of(new NewTopic("events", 1, (short) 1));

    /** A broker that was killed may come back when its session has ended; the default is 9 s. */
    private static final Map<String, String> SHORT_SESSION =
            Map.of("broker.session.timeout.ms", "3000", "broker.heartbeat.interval.ms", "500");

    @TempDir Path folder;

    @Test
    void recordsSurviveARestart() {
        // Given
        try (var broker = EmbeddedKafka.start(folder)) {
            broker.createTopics(TOPICS);
            send(broker.bootstrapServers(), "first");
        }

        // When
        try (var broker = EmbeddedKafka.start(folder)) {
            broker.createTopics(TOPICS);
            send(broker.bootstrapServers(), "second");

            // Then
            assertThat(read(broker.bootstrapServers(), 2)).containsExactly("first", "second");
        }
    }

    @Test
    void committedOffsetsAreRetainedLongerThanJobs() throws Exception {
        // Given
        var resource = new ConfigResource(ConfigResource.Type.BROKER, "1");
        try (var broker = EmbeddedKafka.start(folder);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {

            // When
            var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);

            // Then
            var minutes = Long.parseLong(config.get("offsets.retention.minutes").value());
            assertThat(Duration.ofMinutes(minutes)).isGreaterThan(Duration.ofDays(30));
        }
    }

    @Test
    void recordsSurviveAKill() throws Exception {
        // Given
        int port = FreePort.find();
        var process = process(port);
        awaitReady(process);
        var bootstrapServers = BrokerProperties.HOST + ":" + port;
        create(bootstrapServers);
        send(bootstrapServers, "first");

        // When
        process.destroyForcibly().waitFor();

        // Then
        try (var broker = EmbeddedKafka.start(folder, port, SHORT_SESSION)) {
            assertThat(read(broker.bootstrapServers(), 1)).containsExactly("first");
        }
    }

    @Test
    void theProcessEndsWithItsStandardInput() throws Exception {
        // Given
        var process = process(FreePort.find());
        awaitReady(process);

        // When
        process.getOutputStream().close();

        // Then
        assertThat(process.waitFor()).isZero();
    }

    private Process process(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedKafka.class.getName(),
                        folder.toString(),
                        String.valueOf(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void awaitReady(Process process) throws IOException {
        var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.lines().anyMatch(line -> line.startsWith("ready "))).isTrue();
    }

    private static void create(String bootstrapServers) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(TOPICS).all().get();
        }
    }

    private static void send(String bootstrapServers, String value) {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>("events", value));
        }
    }

    private static List<String> read(String bootstrapServers, int count) {
        var partition = new TopicPartition("events", 0);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var values = new ArrayList<String>();
            while (values.size() < count) {
                consumer.poll(Duration.ofSeconds(1)).forEach(r -> values.add(r.value()));
            }
            return values;
        }
    }
}
