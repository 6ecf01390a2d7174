package io.pitlane.pipeline.consumer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;

/** The consumer groups of the cluster. */
public final class ConsumerGroups {
    private final Map<String, Object> client;

    /**
     * Connects for each question.
     *
     * @param client how to reach Kafka
     */
    public ConsumerGroups(Map<String, Object> client) {
        this.client = Map.copyOf(client);
    }

    /**
     * The ids of a group's members at this moment.
     *
     * @throws KafkaException when the group cannot be asked
     */
    public Set<String> members(String group) {
        try (var admin = Admin.create(client)) {
            var described = admin.describeConsumerGroups(List.of(group)).describedGroups();
            return described.get(group).get().members().stream()
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for the members of " + group, e);
        } catch (ExecutionException e) {
            throw new KafkaException("the members of " + group + " are unknown", e.getCause());
        }
    }
}
