package io.pitlane.pipeline.consumer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigns partitions as {@link CooperativeStickyAssignor} does, except that a partition with a
 * message in flight stays with its owner: a replica that joins gets an idle partition instead.
 * Otherwise every replica that joins would make others repeat a part of their work. A replica that
 * drains before its end gives up all its idle partitions.
 *
 * <p>A member appends its partitions in flight to the user data of the cooperative assignor, which
 * does not read them; so members with either assignor can be in one group.
 */
public final class NonPreemptiveAssignor extends CooperativeStickyAssignor implements Configurable {
    /** Client setting: the live set of partitions with a message in flight. */
    static final String IN_FLIGHT = "pitlane.in.flight.partitions";

    /** Client setting: a live flag, whether this member drains before its end. */
    static final String DRAINING = "pitlane.draining";

    /** A line of the user data that tells that the member drains. */
    private static final String DRAINS = "-1 leaving";

    private Set<?> inFlight = Set.of();
    private AtomicBoolean draining = new AtomicBoolean();

    @Override
    public void configure(Map<String, ?> settings) {
        inFlight = settings.get(IN_FLIGHT) instanceof Set<?> live ? live : Set.of();
        draining =
                settings.get(DRAINING) instanceof AtomicBoolean live ? live : new AtomicBoolean();
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        var cooperative = super.subscriptionUserData(topics);
        var partitions =
                inFlight.stream()
                        .map(TopicPartition.class::cast)
                        .filter(p -> topics.contains(p.topic()))
                        .map(p -> p.partition() + " " + p.topic());
        var own =
                Stream.concat(partitions, draining.get() ? Stream.of(DRAINS) : Stream.empty())
                        .collect(Collectors.joining("\n"))
                        .getBytes(StandardCharsets.UTF_8);
        var all = ByteBuffer.allocate(Integer.BYTES + cooperative.remaining() + own.length);
        all.put(cooperative.duplicate()).put(own).putInt(own.length);
        return all.flip();
    }

    @Override
    public Map<String, List<TopicPartition>> assignPartitions(
            Map<String, List<PartitionInfo>> partitions, Map<String, Subscription> members) {
        var inFlightOf = new HashMap<String, List<TopicPartition>>();
        var staying = new HashMap<>(members);
        members.forEach(
                (member, subscription) -> {
                    inFlightOf.put(member, inFlight(subscription));
                    if (isDraining(subscription)) {
                        staying.remove(member);
                    }
                });
        var assigned = super.assignPartitions(partitions, staying.isEmpty() ? members : staying);
        members.forEach(
                (member, subscription) -> {
                    if (assigned.containsKey(member)) {
                        inFlightOf
                                .get(member)
                                .forEach(p -> keep(p, member, subscription, inFlightOf, assigned));
                    } else {
                        drain(member, subscription, inFlightOf.get(member), assigned);
                    }
                });
        return assigned;
    }

    /**
     * A member that drains first gives up its idle partitions; others get them in the next round.
     */
    private static void drain(
            String member,
            Subscription subscription,
            List<TopicPartition> inFlight,
            Map<String, List<TopicPartition>> assigned) {
        assigned.replaceAll(
                (other, list) ->
                        list.stream()
                                .filter(p -> !subscription.ownedPartitions().contains(p))
                                .collect(Collectors.toCollection(ArrayList::new)));
        assigned.put(member, new ArrayList<>(inFlight));
    }

    private static boolean isDraining(Subscription subscription) {
        return lines(subscription).contains(DRAINS);
    }

    /** Of the partitions that a member owns, those that it says are in flight. */
    private static List<TopicPartition> inFlight(Subscription subscription) {
        var owned = Set.copyOf(subscription.ownedPartitions());
        return lines(subscription).stream()
                .map(NonPreemptiveAssignor::parse)
                .filter(owned::contains)
                .toList();
    }

    private static List<String> lines(Subscription subscription) {
        var data = subscription.userData();
        if (data == null || data.remaining() < 2 * Integer.BYTES) {
            return List.of();
        }
        var length = data.getInt(data.limit() - Integer.BYTES);
        var start = data.limit() - Integer.BYTES - length;
        if (length <= 0 || start < data.position()) {
            return List.of();
        }
        var text = new byte[length];
        data.duplicate().position(start).get(text);
        return new String(text, StandardCharsets.UTF_8).lines().toList();
    }

    private static TopicPartition parse(String line) {
        var parts = line.split(" ", 2);
        return new TopicPartition(parts[1], Integer.parseInt(parts[0]));
    }

    /**
     * Gives a partition in flight back to its owner where the cooperative assignor wants to move
     * it: such a partition is in nobody's list yet, so that its owner may revoke it first. The
     * owner gives up an idle one of its partitions instead, since only a revocation leads to the
     * next round, in which the other member gets a partition.
     */
    private static void keep(
            TopicPartition partition,
            String member,
            Subscription subscription,
            Map<String, List<TopicPartition>> inFlightOf,
            Map<String, List<TopicPartition>> assigned) {
        if (assigned.values().stream().anyMatch(list -> list.contains(partition))) {
            return;
        }
        var kept = new ArrayList<>(assigned.get(member));
        kept.stream()
                .filter(subscription.ownedPartitions()::contains)
                .filter(idle -> !inFlightOf.get(member).contains(idle))
                .findFirst()
                .ifPresent(kept::remove);
        kept.add(partition);
        assigned.put(member, kept);
    }
}
