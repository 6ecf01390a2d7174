package io.pitlane.pipeline.testing;

import io.pitlane.pipeline.consumer.Claim;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A replica as far as its consumer group goes. For one thread, on which it also polls. */
public final class GroupMember implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Consumer<String, byte[]> consumer;

    /** Joins a group; has no partition until it {@link #poll polls}. */
    public GroupMember(String bootstrapServers, String group, String topic) {
        consumer =
                new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "group.id",
                                group,
                                "enable.auto.commit",
                                "false",
                                "partition.assignment.strategy",
                                CooperativeStickyAssignor.class.getName()),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
    }

    /** Polls once, and thereby takes part in rebalances. */
    public Set<TopicPartition> poll() {
        consumer.poll(POLL);
        return consumer.assignment();
    }

    /** The same until a partition is assigned. */
    public GroupMember assigned() {
        while (poll().isEmpty()) {
            Thread.onSpinWait();
        }
        return this;
    }

    /** A claim on a message, which asks this member. */
    public Claim claim(ConsumerRecord<String, byte[]> message) {
        return claim(message, question -> question.apply(consumer));
    }

    /** A claim on a message that was checked at this moment, and finds out nothing new. */
    public Claim checkedClaim(ConsumerRecord<String, byte[]> message) {
        var member = claim(message).groupMetadata();
        return claim(message, question -> member);
    }

    @SuppressWarnings("unchecked")
    private static Claim claim(
            ConsumerRecord<String, byte[]> message,
            Function<Function<Consumer<String, byte[]>, ?>, ?> answer) {
        var polling =
                (KafkaConsumer<String, byte[]>)
                        Proxy.newProxyInstance(
                                GroupMember.class.getClassLoader(),
                                new Class<?>[] {KafkaConsumer.class},
                                (proxy, method, arguments) ->
                                        Uni.createFrom()
                                                .item(
                                                        answer.apply(
                                                                (Function<
                                                                                Consumer<
                                                                                        String,
                                                                                        byte[]>,
                                                                                ?>)
                                                                        arguments[0])));
        return new Claim(polling, message);
    }

    /** Leaves the group. */
    @Override
    public void close() {
        consumer.close();
    }
}
