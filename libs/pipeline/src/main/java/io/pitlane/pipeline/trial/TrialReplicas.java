package io.pitlane.pipeline.trial;

import io.pitlane.contract.Topics;
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

/** The assignment of the partitions with trials to replicas, as the consumer group knows it. */
final class TrialReplicas implements AutoCloseable {
    private final String topic;
    private final String groupName;
    private final Admin admin;
    private int partitions;

    TrialReplicas(Map<String, Object> client, Topics topics) {
        this.topic = topics.trials();
        this.groupName = TrialExchange.consumerGroup(topics);
        this.admin = Admin.create(client);
    }

    /**
     * The partitions of each replica that takes trials. Unassigned partitions are spread over the
     * replicas; without any replica they form one assignment. Never empty, and every partition is
     * in exactly one.
     *
     * @throws KafkaException when the group cannot be asked
     */
    List<Set<Integer>> assignments() {
        try {
            var unassigned = new HashSet<>(all());
            var assignments = new ArrayList<Set<Integer>>();
            for (var member : group().members()) {
                var assignment = new HashSet<Integer>();
                for (var partition : member.assignment().topicPartitions()) {
                    add(partition, assignment, unassigned);
                }
                if (!assignment.isEmpty()) {
                    assignments.add(assignment);
                }
            }
            return assignments.isEmpty() ? List.of(unassigned) : spread(unassigned, assignments);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for replicas", e);
        } catch (ExecutionException e) {
            throw new KafkaException("the replicas are unknown", e.getCause());
        }
    }

    /** During a rebalance, partitions are unassigned that soon belong to a replica again. */
    private static List<Set<Integer>> spread(
            Set<Integer> unassigned, List<Set<Integer>> assignments) {
        unassigned.forEach(p -> assignments.get(p % assignments.size()).add(p));
        return assignments;
    }

    private void add(TopicPartition partition, Set<Integer> assignment, Set<Integer> unassigned) {
        if (partition.topic().equals(topic) && unassigned.remove(partition.partition())) {
            assignment.add(partition.partition());
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
