package io.pitlane.gateway.stages;

import io.pitlane.contract.Topics;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.config.KafkaClientConfig;
import io.pitlane.pipeline.placement.GroupAssignments;
import io.pitlane.pipeline.placement.PartitionLag;
import io.pitlane.pipeline.topics.TopicAccess;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Asks the cluster how busy the stages are. Thread-safe. */
@Singleton
public class StageLoads {
    /** A page that follows the runs asks several times a second. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** A page is rather refused than waited for. */
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Admin admin;
    private final PartitionLag lag;
    private final Topics topics;
    private final Map<StageName, GroupAssignments> groups = new EnumMap<>(StageName.class);
    private List<StageLoad> latest = List.of();
    private long askedNanos;

    StageLoads(KafkaClientConfig client, Topics topics) {
        var settings = new HashMap<>(client.settings());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.admin = Admin.create(settings);
        this.lag = new PartitionLag(admin);
        this.topics = topics;
        for (var stage : StageName.values()) {
            groups.put(
                    stage,
                    new GroupAssignments(
                            admin, topics.jobs(stage), TopicAccess.jobGroup(topics, stage)));
        }
    }

    /**
     * The load of every stage, as it was within the last second.
     *
     * @throws FailureException INTERNAL when the cluster does not answer
     */
    public synchronized List<StageLoad> current() {
        try {
            if (latest.isEmpty() || System.nanoTime() - askedNanos > FRESH.toNanos()) {
                latest = Arrays.stream(StageName.values()).map(this::of).toList();
                askedNanos = System.nanoTime();
            }
            return latest;
        } catch (KafkaException e) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "The load of the stages is unknown: " + e.getMessage(),
                    "Check that the broker is up and try again.",
                    e);
        }
    }

    private StageLoad of(StageName stage) {
        var group = groups.get(stage);
        var partitions = group.partitions();
        return new StageLoad(
                stage,
                group.members(),
                new TreeMap<>(
                        lag.of(
                                topics.jobs(stage),
                                TopicAccess.jobGroup(topics, stage),
                                partitions)));
    }

    @PreDestroy
    void close() {
        admin.close(Duration.ZERO);
    }
}
