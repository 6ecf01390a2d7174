package io.pitlane.kafka.quarkus;

import io.pitlane.kafka.EmbeddedKafka;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * Gives a Quarkus test a broker of its own, as {@code kafka.bootstrap.servers}. Needs {@code
 * quarkus-junit} among the test's dependencies.
 *
 * <pre>{@code
 * @QuarkusTest
 * @QuarkusTestResource(EmbeddedKafkaResource.class)
 * class RunsIT {
 *     @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers;
 * }
 * }</pre>
 *
 * <p>Subclasses create what the application needs at its start, such as topics.
 */
public class EmbeddedKafkaResource implements QuarkusTestResourceLifecycleManager {
    private Path folder;
    private EmbeddedKafka broker;

    @Override
    public final Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("embedded-kafka");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker = EmbeddedKafka.start(folder);
        prepare(broker);
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                // The broker shares the log of the test.
                "quarkus.log.category.\"kafka\".level", "WARN",
                "quarkus.log.category.\"state.change.logger\".level", "WARN",
                "quarkus.log.category.\"org.apache.kafka\".level", "ERROR");
    }

    /** Called with the running broker before the application starts. */
    protected void prepare(EmbeddedKafka running) {}

    @Override
    public final void stop() {
        if (broker != null) {
            broker.close();
        }
        if (folder != null) {
            delete();
        }
    }

    private void delete() {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
