package io.pitlane.pipeline.topics;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The partitions, retention and compaction of every topic. */
public final class TopicLayout {
    /** As many replicas of a stage can work at a time. */
    private static final int JOB_PARTITIONS = 8;

    /** Of one partition: a few dozen checkpoints of a model of some hundred megabytes. */
    private static final long CHECKPOINT_BYTES = 8L << 30;

    private static final Map<String, String> COMPACTED =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

    private final Topics topics;

    public TopicLayout(Topics topics) {
        this.topics = topics;
    }

    /** Every topic, with the broker's default replication. */
    public List<NewTopic> all() {
        var all = new ArrayList<NewTopic>();
        for (var stage : StageName.values()) {
            all.add(topic(topics.jobs(stage), JOB_PARTITIONS, deletedAfter(days(30))));
        }
        all.add(topic(topics.trials(), JOB_PARTITIONS, deletedAfter(days(30))));
        all.add(topic(topics.scores(), 1, compactedAndDeletedAfter(days(30))));
        all.add(topic(topics.checkpoints(), 1, compactedAndDeletedAfter(days(30))));
        all.add(topic(topics.artifacts(), 4, artifacts()));
        all.add(topic(topics.checkpointArtifacts(), 4, checkpoints()));
        all.add(topic(topics.artifactIndex(), 1, COMPACTED));
        all.add(topic(topics.stepCache(), 1, compactedAndDeletedAfter(days(30))));
        all.add(topic(topics.progress(), 4, deletedAfter(days(1))));
        all.add(topic(topics.results(), 1, deletedAfter(days(365))));
        all.add(topic(topics.released(), 1, deletedAfter(days(365))));
        all.add(topic(topics.failures(), 1, deletedAfter(days(365))));
        all.add(topic(topics.runs(), 1, COMPACTED));
        all.add(topic(topics.cancellations(), 1, compactedAndDeletedAfter(days(30))));
        // One partition, so that one gateway at a time decides, in the order of the requests.
        all.add(topic(topics.approvals(), 1, deletedAfter(days(365))));
        // One partition, so that one gateway at a time starts runs, in the order of the events.
        all.add(topic(topics.triggers(), 1, deletedAfter(days(30))));
        all.add(topic(topics.plans(), 1, COMPACTED));
        all.add(topic(topics.deadLetters(), JOB_PARTITIONS, deletedAfter(days(30))));
        return List.copyOf(all);
    }

    /**
     * Creates missing topics; leaves the others as they are. Several processes may do this at a
     * time.
     *
     * @throws KafkaException when the cluster cannot be reached or refuses
     */
    public void createMissing(Admin admin) {
        try {
            var present = admin.listTopics().names().get();
            create(admin, all().stream().filter(t -> !present.contains(t.name())).toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while creating topics", e);
        } catch (ExecutionException e) {
            throw new KafkaException("topics cannot be created", e.getCause());
        }
    }

    private static void create(Admin admin, Collection<NewTopic> missing)
            throws InterruptedException, ExecutionException {
        for (var creation : admin.createTopics(missing).values().values()) {
            try {
                creation.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Compacting would keep the last chunk of each artifact and drop the others; a bound on bytes
     * would drop the models of runs that are still going.
     */
    private static Map<String, String> artifacts() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                days(30),
                TopicConfig.RETENTION_BYTES_CONFIG,
                "-1");
    }

    /**
     * Training writes its weights and the optimizer's state every half minute: kept as long as
     * models, they would fill any disk. A step that is interrupted for longer starts again.
     */
    private static Map<String, String> checkpoints() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                days(3),
                TopicConfig.RETENTION_BYTES_CONFIG,
                String.valueOf(CHECKPOINT_BYTES),
                TopicConfig.SEGMENT_BYTES_CONFIG,
                String.valueOf(CHECKPOINT_BYTES / 8));
    }

    /** Compaction alone would keep the keys of every run for ever, for every reader to read. */
    private static Map<String, String> compactedAndDeletedAfter(String millis) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                millis,
                TopicConfig.SEGMENT_BYTES_CONFIG,
                String.valueOf(16 << 20));
    }

    private static Map<String, String> deletedAfter(String millis) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                millis);
    }

    private static String days(int days) {
        return String.valueOf(days * 24L * 60 * 60 * 1000);
    }

    private static NewTopic topic(String name, int partitions, Map<String, String> configs) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
    }
}
