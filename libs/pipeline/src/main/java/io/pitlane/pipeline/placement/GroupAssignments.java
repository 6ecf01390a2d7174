package io.pitlane.pipeline.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * The assignment of a topic's partitions to the replicas that consume it, as their consumer group
 * knows it.
 */
public final class GroupAssignments {
    private final Admin admin;
    private final String topic;
    private final String groupName;
    private int partitions;

    /**
     * The assignments of one consumer group.
     *
     * @param admin stays open
     */
    public GroupAssignments(Admin admin, String topic, String groupName) {
        this.admin = admin;
        this.topic = topic;
        this.groupName = groupName;
    }

    /**
     * The partitions of each replica. Unassigned partitions are spread over the replicas; without
     * any replica they form one assignment. Never empty, and every partition is in exactly one.
     *
     * @throws KafkaException when the group cannot be asked
     */
    public List<Set<Integer>> current() {
        try {
            var unassigned = new HashSet<>(all());
            var assignments = new ArrayList<Set<Integer>>();
            for (var member : members()) {
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

    /** None before the first replica has started. */
    private Collection<MemberDescription> members()
            throws InterruptedException, ExecutionException {
        var groups = admin.describeConsumerGroups(List.of(groupName)).describedGroups();
        try {
            return groups.get(groupName).get().members();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw e;
        }
    }

    private List<Integer> all() throws InterruptedException, ExecutionException {
        if (partitions == 0) {
            var described = admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
            partitions = described.partitions().size();
        }
        return IntStream.range(0, partitions).boxed().toList();
    }
}
