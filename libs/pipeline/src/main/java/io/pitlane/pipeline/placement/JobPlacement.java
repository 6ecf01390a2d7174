package io.pitlane.pipeline.placement;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.topics.TopicAccess;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Places each job on the least busy partition of its stage: of the replica with the least lag, the
 * partition with the least lag. A job that is being done counts as lag, because its offset is
 * committed with its result. By the hash of the run's id, eight jobs would cover about five of
 * eight partitions, and some would wait behind a long one while replicas are idle. Thread-safe.
 */
public final class JobPlacement implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(JobPlacement.class);

    /** A job goes to the partition of its key rather than wait for longer. */
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Map<String, Object> client;
    private final Topics topics;
    private final Map<StageName, GroupAssignments> assignments = new EnumMap<>(StageName.class);
    private Admin admin;

    /**
     * A placement that has not connected yet.
     *
     * @param client how to reach Kafka
     */
    public JobPlacement(Map<String, Object> client, Topics topics) {
        this.client = new HashMap<>(client);
        this.client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.topics = topics;
    }

    /**
     * The partition of a job on its stage's topic; empty when the cluster does not say how busy the
     * partitions are, so that the job goes to the partition of its key.
     */
    public OptionalInt partition(Job job) {
        return partition(job.plan().steps().get(job.step()).stage(), job.runId());
    }

    /** The same for a job that does not exist yet. */
    public synchronized OptionalInt partition(StageName stage, String runId) {
        try {
            return OptionalInt.of(leastBusy(stage, runId));
        } catch (KafkaException e) {
            LOG.warnf(
                    "The job of run %s is placed by its key, because the load of %s is unknown: %s",
                    runId, topics.jobs(stage), e.getMessage());
            LOG.debug("The load is unknown", e);
            return OptionalInt.empty();
        }
    }

    private int leastBusy(StageName stage, String runId) {
        if (admin == null) {
            admin = Admin.create(client);
        }
        var replicas =
                assignments
                        .computeIfAbsent(
                                stage,
                                s ->
                                        new GroupAssignments(
                                                admin,
                                                topics.jobs(s),
                                                TopicAccess.jobGroup(topics, s)))
                        .current();
        var lag = lag(stage, replicas.stream().flatMap(Collection::stream).toList());
        // Ties are broken by run, so that services that place jobs at the same time differ.
        var count = lag.size();
        var first = Math.floorMod(runId.hashCode(), count);
        Comparator<Integer> order =
                Comparator.<Integer>comparingLong(lag::get)
                        .thenComparing(p -> Math.floorMod(p - first, count));
        return replicas.stream()
                .min(
                        Comparator.<Collection<Integer>>comparingLong(r -> total(r, lag))
                                .thenComparing(r -> r.stream().min(order).orElseThrow(), order))
                .orElseThrow()
                .stream()
                .min(order)
                .orElseThrow();
    }

    private static long total(Collection<Integer> partitions, Map<Integer, Long> lag) {
        return partitions.stream().mapToLong(lag::get).sum();
    }

    private Map<Integer, Long> lag(StageName stage, List<Integer> partitions) {
        return new PartitionLag(admin)
                .of(topics.jobs(stage), TopicAccess.jobGroup(topics, stage), partitions);
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close();
            admin = null;
            assignments.clear();
        }
    }
}
