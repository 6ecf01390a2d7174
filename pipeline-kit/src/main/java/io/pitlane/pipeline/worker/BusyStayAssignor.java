package io.pitlane.pipeline.worker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigns partitions as {@link CooperativeStickyAssignor} does, except that a partition whose
 * message is at work stays where it is: a replica that joins takes an idle one in its place. Else
 * every replica that joins would have a part of the work in hand begun anew.
 *
 * <p>Members say which partitions are at work behind what the cooperative assignor says about them,
 * which it does not read; so members with either can be in one group.
 */
public final class BusyStayAssignor extends CooperativeStickyAssignor implements Configurable {
    /** Client setting: the live set of partitions at work. */
    static final String BUSY = "pitlane.busy.partitions";

    private Set<?> busy = Set.of();

    @Override
    public void configure(Map<String, ?> settings) {
        busy = settings.get(BUSY) instanceof Set<?> live ? live : Set.of();
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        var ofSuper = super.subscriptionUserData(topics);
        var ours =
                busy.stream()
                        .map(TopicPartition.class::cast)
                        .filter(p -> topics.contains(p.topic()))
                        .map(p -> p.partition() + " " + p.topic())
                        .collect(Collectors.joining("\n"))
                        .getBytes(StandardCharsets.UTF_8);
        var all = ByteBuffer.allocate(Integer.BYTES + ofSuper.remaining() + ours.length);
        all.put(ofSuper.duplicate()).put(ours).putInt(ours.length);
        return all.flip();
    }

    @Override
    public Map<String, List<TopicPartition>> assignPartitions(
            Map<String, List<PartitionInfo>> partitions, Map<String, Subscription> members) {
        var busyOf = new HashMap<String, List<TopicPartition>>();
        members.forEach((member, subscription) -> busyOf.put(member, busy(subscription)));
        var assigned = super.assignPartitions(partitions, members);
        members.forEach(
                (member, subscription) ->
                        busyOf.get(member)
                                .forEach(p -> keep(p, member, subscription, busyOf, assigned)));
        return assigned;
    }

    /** What a member says it is at work on, of what it owns. */
    private static List<TopicPartition> busy(Subscription subscription) {
        var said = subscription.userData();
        if (said == null || said.remaining() < 2 * Integer.BYTES) {
            return List.of();
        }
        var length = said.getInt(said.limit() - Integer.BYTES);
        var start = said.limit() - Integer.BYTES - length;
        if (length <= 0 || start < said.position()) {
            return List.of();
        }
        var text = new byte[length];
        said.duplicate().position(start).get(text);
        var owned = Set.copyOf(subscription.ownedPartitions());
        return new String(text, StandardCharsets.UTF_8)
                .lines()
                .map(BusyStayAssignor::parse)
                .filter(owned::contains)
                .toList();
    }

    private static TopicPartition parse(String line) {
        var parts = line.split(" ", 2);
        return new TopicPartition(parts[1], Integer.parseInt(parts[0]));
    }

    /**
     * A partition that is on its way to another member is in nobody's list yet, so that its owner
     * may give it up first. Its owner gets it back for an idle one of those it owns: only one that
     * is given up leads to the next round, in which others get it.
     */
    private static void keep(
            TopicPartition partition,
            String member,
            Subscription subscription,
            Map<String, List<TopicPartition>> busyOf,
            Map<String, List<TopicPartition>> assigned) {
        if (assigned.values().stream().anyMatch(list -> list.contains(partition))) {
            return;
        }
        var kept = new ArrayList<>(assigned.get(member));
        kept.stream()
                .filter(subscription.ownedPartitions()::contains)
                .filter(idle -> !busyOf.get(member).contains(idle))
                .findFirst()
                .ifPresent(kept::remove);
        kept.add(partition);
        assigned.put(member, kept);
    }
}
