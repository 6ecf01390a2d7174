package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
import io.pitlane.pipeline.topics.TopicAccess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Which replica takes the trials of which partitions, as the consumer group knows it. */
final class TrialReplicas implements AutoCloseable {
    private final String topic;
    private final String groupName;
    private final Admin admin;
    private int partitions;

    TrialReplicas(Map<String, Object> client, Topics topics) {
        this.topic = topics.trials();
        this.groupName = TopicAccess.trialGroup(topics);
        this.admin = Admin.create(client);
    }

    /**
     * The partitions of each replica that takes trials, those that nobody has at this moment as
     * those of one more; never empty, and every partition is in exactly one.
     *
     * @throws KafkaException when the group cannot be asked
     */
    List<Set<Integer>> shares() {
        try {
            var left = new HashSet<>(all());
            var shares = new ArrayList<Set<Integer>>();
            for (var member : group().members()) {
                var share = new HashSet<Integer>();
                for (var partition : member.assignment().topicPartitions()) {
                    add(partition, share, left);
                }
                if (!share.isEmpty()) {
                    shares.add(share);
                }
            }
            return shares.isEmpty() ? List.of(left) : withRest(shares, left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for replicas", e);
        } catch (ExecutionException e) {
            throw new KafkaException("the replicas are unknown", e.getCause());
        }
    }

    /** A group that is being rebalanced has partitions that soon belong to somebody again. */
    private static List<Set<Integer>> withRest(List<Set<Integer>> shares, Set<Integer> left) {
        left.forEach(p -> shares.get(p % shares.size()).add(p));
        return shares;
    }

    private void add(TopicPartition partition, Set<Integer> share, Set<Integer> left) {
        if (partition.topic().equals(topic) && left.remove(partition.partition())) {
            share.add(partition.partition());
        }
    }

    private ConsumerGroupDescription group() throws InterruptedException, ExecutionException {
        return admin.describeConsumerGroups(List.of(groupName))
                .describedGroups()
                .get(groupName)
                .get();
    }

    private List<Integer> all() throws InterruptedException, ExecutionException {
        if (partitions == 0) {
            var described = admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
            partitions = described.partitions().size();
        }
        return IntStream.range(0, partitions).boxed().toList();
    }

    @Override
    public void close() {
        admin.close();
    }
}
