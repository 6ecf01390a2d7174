package io.pitlane.prune.latency;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.json.ContractJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The latency of layers on an engine of this machine, each measured once: in a file by processor,
 * engine, version and threads, which all steps on the machine share.
 */
final class LatencyTable {
    private final Identity identity;
    private final Path file;
    private final ToDoubleFunction<LayerWorkload> measurement;
    private final Map<String, Double> millis;

    /**
     * What the figures are valid for.
     *
     * @param processor its model name
     * @param version of the engine
     * @param threads that compute one call
     */
    record Identity(String processor, Engine engine, String version, int threads) {

        private String fileName() {
            return "%s-%s-%s-%d.json"
                    .formatted(processor, engine.label(), version, threads)
                    .replaceAll("[^A-Za-z0-9.-]+", "_");
        }
    }

    /** The file. */
    private record Content(Identity identity, Map<String, Double> millis) {}

    /**
     * Reads what is there.
     *
     * @param folder of the tables; where it cannot be written, nothing is remembered
     * @param measurement milliseconds of a layer that is not in the table
     */
    LatencyTable(Identity identity, Path folder, ToDoubleFunction<LayerWorkload> measurement) {
        this.identity = identity;
        this.file = folder.resolve(identity.fileName());
        this.measurement = measurement;
        this.millis = new TreeMap<>(read());
    }

    /** Milliseconds of a layer; measured now where it is not in the table. */
    double millis(LayerWorkload workload) {
        return millis.computeIfAbsent(
                workload.key(), key -> Math.max(0, measurement.applyAsDouble(workload)));
    }

    /** Number of layers in the table. */
    int size() {
        return millis.size();
    }

    private Map<String, Double> read() {
        try {
            if (Files.exists(file)) {
                var content = ContractJson.MAPPER.readValue(file.toFile(), Content.class);
                return content != null && identity.equals(content.identity())
                        ? content.millis()
                        : Map.of();
            }
            return Map.of();
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Writes the table, with what others have added since it was read. */
    void save() {
        var all = new TreeMap<>(read());
        all.putAll(millis);
        try {
            Files.createDirectories(file.getParent());
            var temporary = Files.createTempFile(file.getParent(), "table", ".tmp");
            ContractJson.MAPPER.writeValue(temporary.toFile(), new Content(identity, all));
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // The figures hold all the same; they are measured again by the next step.
        }
    }
}
