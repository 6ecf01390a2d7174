package io.pitlane.pipeline.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
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
    private static final String REPLICAS = "the replicas";

    private final Admin admin;
    private final String topic;
    private final String groupName;
    private int partitions;

    /**
     * A replica.
     *
     * @param clientId the id of its client, which is its name
     * @param host address that it connects from
     * @param partitions of the topic that are assigned to it, in order
     */
    public record Member(String clientId, String host, SortedSet<Integer> partitions) {}

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
        return AdminQuestion.answer(REPLICAS, this::assignments);
    }

    private List<Set<Integer>> assignments() throws InterruptedException, ExecutionException {
        var unassigned = new HashSet<>(all());
        var assignments = new ArrayList<Set<Integer>>();
        for (var member : described()) {
            var assignment = new HashSet<>(assigned(member));
            assignment.retainAll(unassigned);
            unassigned.removeAll(assignment);
            if (!assignment.isEmpty()) {
                assignments.add(assignment);
            }
        }
        return assignments.isEmpty() ? List.of(unassigned) : spread(unassigned, assignments);
    }

    /**
     * Every replica, also one without partitions; in the order of their names.
     *
     * @throws KafkaException when the group cannot be asked
     */
    public List<Member> members() {
        return AdminQuestion.answer(REPLICAS, this::described).stream()
                .map(m -> new Member(m.clientId(), address(m.host()), assigned(m)))
                .sorted(Comparator.comparing(Member::clientId).thenComparing(Member::host))
                .toList();
    }

    /**
     * The numbers of the topic's partitions.
     *
     * @throws KafkaException when the topic cannot be asked about
     */
    public List<Integer> partitions() {
        return AdminQuestion.answer("the partitions of " + topic, this::all);
    }

    /** Brokers write a slash before it. */
    private static String address(String host) {
        return host.startsWith("/") ? host.substring(1) : host;
    }

    /** During a rebalance, partitions are unassigned that soon belong to a replica again. */
    private static List<Set<Integer>> spread(
            Set<Integer> unassigned, List<Set<Integer>> assignments) {
        unassigned.forEach(p -> assignments.get(p % assignments.size()).add(p));
        return assignments;
    }

    private SortedSet<Integer> assigned(MemberDescription member) {
        return member.assignment().topicPartitions().stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** None before the first replica has started. */
    private Collection<MemberDescription> described()
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
