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
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Admin admin;
    private final PartitionLag lag;
    private final Topics topics;
    private final Map<StageName, GroupAssignments> groups = new EnumMap<>(StageName.class);
    private final RecentAnswer<List<StageLoad>> loads =
            new RecentAnswer<>(this::ask, FRESH, TIMEOUT, System::nanoTime);

    StageLoads(KafkaClientConfig client, Topics topics) {
        var settings = new HashMap<>(client.settings());
        int timeout = (int) TIMEOUT.toMillis();
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
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
     * @throws FailureException INTERNAL when the cluster does not answer, or did not within the
     *     last ten seconds
     */
    public List<StageLoad> current() {
        return loads.get();
    }

    private List<StageLoad> ask() {
        try {
            return Arrays.stream(StageName.values()).map(this::of).toList();
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
