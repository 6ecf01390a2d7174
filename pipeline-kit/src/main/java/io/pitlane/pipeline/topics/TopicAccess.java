package io.pitlane.pipeline.topics;

import io.pitlane.contract.StageName;
import io.pitlane.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What one service does on the cluster, and so all that its user there must be allowed: to read or
 * write a topic, to join a consumer group and to use a transactional id each include to describe
 * it. Whoever reads without a group, as those do who read artifacts or follow a topic, needs none.
 *
 * @param service {@code prune}, ..., {@code bench}, {@code gateway}
 * @param reads topics
 * @param writes topics; a producer that may write to one may be idempotent
 * @param creates topics that it looks for and makes where they are missing, unless told not to
 * @param groups consumer groups it joins
 * @param transactionalIds what the transactional ids of its replicas begin with
 */
public record TopicAccess(
        String service,
        Set<String> reads,
        Set<String> writes,
        Set<String> creates,
        Set<String> groups,
        Set<String> transactionalIds) {

    public TopicAccess {
        reads = sorted(reads);
        writes = sorted(writes);
        creates = sorted(creates);
        groups = sorted(groups);
        transactionalIds = sorted(transactionalIds);
    }

    private static Set<String> sorted(Collection<String> names) {
        return Collections.unmodifiableSet(new TreeSet<>(names));
    }

    /** Every service's. */
    public static List<TopicAccess> all(Topics topics) {
        var all = new ArrayList<TopicAccess>();
        for (var stage : StageName.values()) {
            all.add(ofStage(topics, stage));
        }
        all.add(ofGateway(topics));
        return List.copyOf(all);
    }

    /** What a technique service or bench does. */
    public static TopicAccess ofStage(Topics topics, StageName stage) {
        var reads = new TreeSet<>(Set.of(topics.jobs(stage), topics.artifacts()));
        var writes =
                new TreeSet<>(
                        Set.of(
                                topics.runs(),
                                topics.progress(),
                                topics.failures(),
                                topics.deadLetters()));
        var groups = new TreeSet<>(Set.of(jobGroup(topics, stage)));
        reads.add(topics.checkpoints());
        writes.add(topics.checkpoints());
        if (stage == StageName.BENCH) {
            writes.addAll(Set.of(topics.results(), topics.released()));
        } else {
            reads.add(topics.checkpointArtifacts());
            writes.addAll(Set.of(topics.artifacts(), topics.checkpointArtifacts()));
            writes.addAll(jobs(topics));
        }
        if (stage == StageName.NAS) {
            reads.addAll(Set.of(topics.trials(), topics.scores()));
            writes.addAll(Set.of(topics.trials(), topics.scores()));
            groups.add(trialGroup(topics));
        }
        return new TopicAccess(
                stage.label(),
                reads,
                writes,
                Set.of(),
                groups,
                Set.of(transactionalIds(topics, stage)));
    }

    /** What the gateway does. */
    public static TopicAccess ofGateway(Topics topics) {
        var writes = new TreeSet<>(jobs(topics));
        writes.addAll(
                Set.of(
                        topics.runs(),
                        topics.artifacts(),
                        topics.artifactIndex(),
                        topics.plans(),
                        topics.triggers(),
                        topics.deadLetters()));
        return new TopicAccess(
                "gateway",
                Set.of(
                        topics.artifacts(),
                        topics.artifactIndex(),
                        topics.runs(),
                        topics.progress(),
                        topics.results(),
                        topics.failures(),
                        topics.plans(),
                        topics.triggers()),
                writes,
                Set.copyOf(topics.all()),
                Set.of(gatewayGroup(topics)),
                Set.of(gatewayTransactionalIds(topics)));
    }

    private static List<String> jobs(Topics topics) {
        return Stream.of(StageName.values()).map(topics::jobs).toList();
    }

    /** The consumer group that a stage's replicas share its jobs in. */
    public static String jobGroup(Topics topics, StageName stage) {
        return topics.prefix() + stage.label();
    }

    /** The consumer group that the replicas of nas share trials in. */
    public static String trialGroup(Topics topics) {
        return topics.trials();
    }

    /** The consumer group in which gateways take turns at the triggers. */
    public static String gatewayGroup(Topics topics) {
        return topics.prefix() + "gateway";
    }

    /** What the transactional ids of a stage's replicas begin with; the replica's name follows. */
    public static String transactionalIds(Topics topics, StageName stage) {
        return topics.prefix() + stage.label() + ".";
    }

    /** The same where trials are handed over. */
    public static String trialTransactionalIds(Topics topics) {
        return topics.trials() + ".";
    }

    /** The same at the gateway, where anything unique may follow. */
    public static String gatewayTransactionalIds(Topics topics) {
        return topics.prefix() + "gateway.";
    }

    /**
     * The same as access control lists, for a cluster that denies what is not allowed.
     *
     * @param principal who the service is on the cluster, such as {@code User:prune}
     */
    public List<AclBinding> acls(String principal) {
        var acls = new ArrayList<AclBinding>();
        reads.forEach(t -> acls.add(acl(topic(t), principal, AclOperation.READ)));
        writes.forEach(t -> acls.add(acl(topic(t), principal, AclOperation.WRITE)));
        creates.forEach(t -> acls.add(acl(topic(t), principal, AclOperation.DESCRIBE)));
        creates.forEach(t -> acls.add(acl(topic(t), principal, AclOperation.CREATE)));
        groups.forEach(g -> acls.add(acl(group(g), principal, AclOperation.READ)));
        transactionalIds.forEach(
                id -> acls.add(acl(transactionalId(id), principal, AclOperation.WRITE)));
        return List.copyOf(acls);
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private static ResourcePattern group(String name) {
        return new ResourcePattern(ResourceType.GROUP, name, PatternType.LITERAL);
    }

    private static ResourcePattern transactionalId(String beginning) {
        return new ResourcePattern(ResourceType.TRANSACTIONAL_ID, beginning, PatternType.PREFIXED);
    }

    private static AclBinding acl(
            ResourcePattern pattern, String principal, AclOperation operation) {
        return new AclBinding(
                pattern,
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }
}
