package io.pitlane.gateway.releases;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.report.RunResult;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The releases, read from the released topic: the newest {@value #CAPACITY}, a few hundred bytes
 * each. Thread-safe.
 */
@Singleton
public class ReleasedModels {
    private static final int CAPACITY = 10_000;

    private final Map<String, Release> releases = new LinkedHashMap<>();
    private final int capacity;

    @Inject
    ReleasedModels() {
        this(CAPACITY);
    }

    ReleasedModels(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Applies a record of the topic.
     *
     * @throws IOException when it is none of a release
     */
    public void accept(ConsumerRecord<String, byte[]> record) throws IOException {
        var result = ContractJson.MAPPER.readValue(record.value(), RunResult.class);
        add(Release.of(result, Instant.ofEpochMilli(record.timestamp())));
    }

    private synchronized void add(Release release) {
        releases.putIfAbsent(release.runId(), release);
        if (releases.size() > capacity) {
            var oldest = releases.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** The releases of each model, the newest first, by the model's name. */
    public synchronized SortedMap<String, List<Release>> byModel() {
        var newestFirst = new ArrayList<>(releases.values());
        Collections.reverse(newestFirst);
        return newestFirst.stream()
                .collect(
                        Collectors.groupingBy(
                                Release::model, TreeMap::new, Collectors.toUnmodifiableList()));
    }
}
