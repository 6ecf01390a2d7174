package io.pitlane.pipeline.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the cluster which of the needed rights the service's user has. A topic or a group that does
 * not exist yet counts as allowed; rights to transactional ids cannot be asked for.
 */
public final class AccessProbe {
    private final Map<String, Object> client;
    private final TopicAccess access;

    /**
     * A probe.
     *
     * @param client how to reach Kafka
     */
    public AccessProbe(Map<String, Object> client, TopicAccess access) {
        this.client = Map.copyOf(client);
        this.access = access;
    }

    /**
     * The missing rights, such as {@code read topic pitlane.jobs.prune}; empty when there are none.
     *
     * @throws KafkaException when the cluster cannot be asked
     */
    public List<String> missing() {
        try (var admin = Admin.create(client)) {
            var missing = new ArrayList<String>();
            var topics = topics(admin);
            collect("read", access.reads(), topics, AclOperation.READ, missing);
            collect("write", access.writes(), topics, AclOperation.WRITE, missing);
            denied(admin, access.groups(), AclOperation.READ)
                    .forEach(group -> missing.add("read group " + group));
            denied(admin, access.describedGroups(), AclOperation.DESCRIBE)
                    .forEach(group -> missing.add("describe group " + group));
            return List.copyOf(missing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for rights", e);
        }
    }

    private static void collect(
            String verb,
            Set<String> topics,
            Map<String, Set<AclOperation>> allowed,
            AclOperation operation,
            Collection<String> missing) {
        topics.stream()
                .filter(t -> !allowed.get(t).contains(operation))
                .forEach(t -> missing.add(verb + " topic " + t));
    }

    private Map<String, Set<AclOperation>> topics(Admin admin) throws InterruptedException {
        var names = new TreeSet<>(access.reads());
        names.addAll(access.writes());
        var options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        var answers = admin.describeTopics(names, options).topicNameValues();
        var allowed = new HashMap<String, Set<AclOperation>>();
        for (var name : names) {
            allowed.put(name, allowed(answers.get(name)));
        }
        return allowed;
    }

    private static Set<AclOperation> allowed(Future<TopicDescription> answer)
            throws InterruptedException {
        var everything = Set.of(AclOperation.READ, AclOperation.WRITE);
        try {
            var operations = answer.get().authorizedOperations();
            return operations == null ? everything : operations;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
                return Set.of();
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return everything;
            }
            throw failure(e);
        }
    }

    /** The consumer groups to which the user has no right. */
    private static List<String> denied(Admin admin, Set<String> groups, AclOperation right)
            throws InterruptedException {
        var options = new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
        var answers = admin.describeConsumerGroups(groups, options).describedGroups();
        var denied = new ArrayList<String>();
        for (var group : groups) {
            try {
                var operations = answers.get(group).get().authorizedOperations();
                if (operations != null && !operations.contains(right)) {
                    denied.add(group);
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof GroupAuthorizationException) {
                    denied.add(group);
                } else if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw failure(e);
                }
            }
        }
        return denied;
    }

    private static KafkaException failure(ExecutionException e) {
        return e.getCause() instanceof KafkaException own
                ? own
                : new KafkaException("the cluster does not say what is allowed", e.getCause());
    }
}
