package io.pitlane.pipeline.worker;

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
 * Assigns partitions as {@link CooperativeStickyAssignor} does, except that a partition whose
 * message is at work stays where it is: a replica that joins takes an idle one in its place. Else
 * every replica that joins would have a part of the work in hand begun anew. A replica that is
 * about to leave, and only finishes what it is at, gives up all others.
 *
 * <p>Members say which partitions are at work behind what the cooperative assignor says about them,
 * which it does not read; so members with either can be in one group.
 */
public final class BusyStayAssignor extends CooperativeStickyAssignor implements Configurable {
    /** Client setting: the live set of partitions at work. */
    static final String BUSY = "pitlane.busy.partitions";

    /** Client setting: whether this member takes nothing any more, live. */
    static final String LEAVING = "pitlane.leaving";

    /** Stands among the partitions at work and is none. */
    private static final String LEAVES = "-1 leaving";

    private Set<?> busy = Set.of();
    private AtomicBoolean leaving = new AtomicBoolean();

    @Override
    public void configure(Map<String, ?> settings) {
        busy = settings.get(BUSY) instanceof Set<?> live ? live : Set.of();
        leaving = settings.get(LEAVING) instanceof AtomicBoolean live ? live : new AtomicBoolean();
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        var ofSuper = super.subscriptionUserData(topics);
        var atWork =
                busy.stream()
                        .map(TopicPartition.class::cast)
                        .filter(p -> topics.contains(p.topic()))
                        .map(p -> p.partition() + " " + p.topic());
        var ours =
                Stream.concat(atWork, leaving.get() ? Stream.of(LEAVES) : Stream.empty())
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
        var staying = new HashMap<>(members);
        members.forEach(
                (member, subscription) -> {
                    busyOf.put(member, busy(subscription));
                    if (isLeaving(subscription)) {
                        staying.remove(member);
                    }
                });
        var assigned = super.assignPartitions(partitions, staying.isEmpty() ? members : staying);
        members.forEach(
                (member, subscription) -> {
                    if (assigned.containsKey(member)) {
                        busyOf.get(member)
                                .forEach(p -> keep(p, member, subscription, busyOf, assigned));
                    } else {
                        giveUp(member, subscription, busyOf.get(member), assigned);
                    }
                });
        return assigned;
    }

    /**
     * One that leaves gives up what is idle; only when it has, in the next round, others get it.
     */
    private static void giveUp(
            String member,
            Subscription subscription,
            List<TopicPartition> busy,
            Map<String, List<TopicPartition>> assigned) {
        assigned.replaceAll(
                (other, list) ->
                        list.stream()
                                .filter(p -> !subscription.ownedPartitions().contains(p))
                                .collect(Collectors.toCollection(ArrayList::new)));
        assigned.put(member, new ArrayList<>(busy));
    }

    private static boolean isLeaving(Subscription subscription) {
        return lines(subscription).contains(LEAVES);
    }

    /** What a member says it is at work on, of what it owns. */
    private static List<TopicPartition> busy(Subscription subscription) {
        var owned = Set.copyOf(subscription.ownedPartitions());
        return lines(subscription).stream()
                .map(BusyStayAssignor::parse)
                .filter(owned::contains)
                .toList();
    }

    private static List<String> lines(Subscription subscription) {
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
        return new String(text, StandardCharsets.UTF_8).lines().toList();
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
