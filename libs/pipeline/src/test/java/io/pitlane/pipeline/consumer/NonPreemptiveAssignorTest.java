package io.pitlane.pipeline.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonPreemptiveAssignorTest {
    private static final String TOPIC = "pitlane.nas.trials";

    /** Group members by name: what they own, and how they assign. */
    private final Map<String, List<TopicPartition>> owned = new LinkedHashMap<>();

    private final Map<String, ConsumerPartitionAssignor> assignors = new HashMap<>();
    private int generation = 1;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aPartitionInFlightStaysAndAnIdleOneMovesInstead(int inFlight) {
        join("old", member(inFlight), all(4));
        join("new", member(), List.of());

        rebalance(4);

        assertThat(owned.get("old")).hasSize(2).contains(partition(inFlight));
        assertThat(owned.get("new")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aMemberWithThePlainCooperativeAssignorGetsItsShare(int inFlight) {
        join("old", member(inFlight), List.of(partition(inFlight)));
        var others = new ArrayList<>(all(4));
        others.remove(partition(inFlight));
        join("plain", new CooperativeStickyAssignor(), others);

        rebalance(4);

        assertThat(owned.get("old")).hasSize(2).contains(partition(inFlight));
        assertThat(owned.get("plain")).hasSize(2);
    }

    @Test
    void everyPartitionInFlightStaysEvenWhereThatIsUneven() {
        join("old", member(0, 1), all(2));
        join("new", member(), List.of());

        rebalance(2);

        assertThat(owned.get("old")).containsExactlyInAnyOrder(partition(0), partition(1));
        assertThat(owned.get("new")).isEmpty();
    }

    @Test
    void aPartitionThatAnotherMemberOwnsStaysWithIt() {
        join("old", member(3), List.of(partition(0), partition(1)));
        join("other", member(), List.of(partition(2), partition(3)));

        rebalance(4);

        assertThat(owned.get("other")).containsExactlyInAnyOrder(partition(2), partition(3));
    }

    @Test
    void aDrainingMemberKeepsItsPartitionsInFlightAndNoOthers() {
        join("old", member(), List.of(partition(0), partition(1)));
        join("draining", draining(3), List.of(partition(2), partition(3)));

        rebalance(4);

        assertThat(owned.get("draining")).containsExactly(partition(3));
        assertThat(owned.get("old")).hasSize(3);
    }

    @Test
    void everyPartitionIsAssignedEvenWhereAllMembersDrain() {
        join("old", draining(0), all(2));

        rebalance(2);

        assertThat(owned.get("old")).hasSize(2);
    }

    private static NonPreemptiveAssignor draining(int... inFlight) {
        var assignor = new NonPreemptiveAssignor();
        assignor.configure(
                Map.of(
                        NonPreemptiveAssignor.IN_FLIGHT,
                        Set.copyOf(all(inFlight)),
                        NonPreemptiveAssignor.DRAINING,
                        new AtomicBoolean(true)));
        return assignor;
    }

    private void join(String name, ConsumerPartitionAssignor assignor, List<TopicPartition> has) {
        owned.put(name, has);
        assignors.put(name, assignor);
    }

    private static NonPreemptiveAssignor member(int... inFlight) {
        var assignor = new NonPreemptiveAssignor();
        assignor.configure(Map.of(NonPreemptiveAssignor.IN_FLIGHT, Set.copyOf(all(inFlight))));
        return assignor;
    }

    /** Rebalances as consumers do: as long as a member has to revoke a partition. */
    private void rebalance(int partitions) {
        for (var changed = true; changed; ) {
            var assigned = assign(partitions);
            changed =
                    owned.entrySet().stream()
                            .anyMatch(e -> !assigned.get(e.getKey()).containsAll(e.getValue()));
            owned.putAll(assigned);
            generation++;
        }
        var all = owned.values().stream().flatMap(List::stream).toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(all(partitions));
    }

    private Map<String, List<TopicPartition>> assign(int partitions) {
        var members = new HashMap<String, Subscription>();
        owned.forEach((name, has) -> members.put(name, subscription(assignors.get(name), has)));
        var assigned = new HashMap<String, List<TopicPartition>>();
        assignors
                .get("old")
                .assign(cluster(partitions), new GroupSubscription(members))
                .groupAssignment()
                .forEach((name, assignment) -> assigned.put(name, assignment.partitions()));
        return assigned;
    }

    private Subscription subscription(ConsumerPartitionAssignor by, List<TopicPartition> has) {
        return new Subscription(
                List.of(TOPIC),
                by.subscriptionUserData(Set.of(TOPIC)),
                has,
                generation,
                Optional.empty());
    }

    private static Cluster cluster(int partitions) {
        var node = new Node(1, "host", 1);
        var infos =
                IntStream.range(0, partitions)
                        .mapToObj(i -> new PartitionInfo(TOPIC, i, node, null, null))
                        .toList();
        return new Cluster("cluster", List.of(node), infos, Set.of(), Set.of());
    }

    private static List<TopicPartition> all(int count) {
        return all(IntStream.range(0, count).toArray());
    }

    private static List<TopicPartition> all(int[] partitions) {
        return IntStream.of(partitions).mapToObj(NonPreemptiveAssignorTest::partition).toList();
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition(TOPIC, number);
    }
}
