package io.pitlane.pipeline.topics;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.config.PipelineConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What one service does on the cluster, and so all that its user there must be allowed. To read or
 * write a topic, to join a consumer group and to use a transactional id each include to describe
 * it. Reading without a group, as for artifacts, needs no right to a group.
 *
 * <p>A service declares what it does in its {@code pitlane.access.*} settings; what every worker
 * does is added.
 *
 * @param service its name, the stage's for a worker
 * @param reads topics
 * @param writes topics; a producer that may write to one may be idempotent
 * @param creates topics that it describes, and creates where they are missing
 * @param groups consumer groups that it joins
 * @param describedGroups other consumer groups whose members and lag it asks for: a service that
 *     writes jobs places them on the least busy partition
 * @param transactionalIds prefixes of its transactional ids
 */
public record TopicAccess(
        String service,
        Set<String> reads,
        Set<String> writes,
        Set<String> creates,
        Set<String> groups,
        Set<String> describedGroups,
        Set<String> transactionalIds) {

    public TopicAccess {
        reads = sorted(reads);
        writes = sorted(writes);
        creates = sorted(creates);
        groups = sorted(groups);
        describedGroups = sorted(describedGroups);
        transactionalIds = sorted(transactionalIds);
    }

    private static Set<String> sorted(Collection<String> names) {
        return Collections.unmodifiableSet(new TreeSet<>(names));
    }

    /**
     * What a service does that is no worker.
     *
     * @throws IllegalStateException when it declares a topic that there is not
     */
    public static TopicAccess of(
            String service, Topics topics, PipelineConfig.AccessConfig declared) {
        var writes = topics("writes", declared.writes(), topics);
        var groups = prefixed(declared.groups(), topics);
        return new TopicAccess(
                service,
                topics("reads", declared.reads(), topics),
                writes,
                topics("creates", declared.creates(), topics),
                groups,
                placed(writes, groups, topics),
                prefixed(declared.transactionalIds(), topics));
    }

    /**
     * What a worker does: take the jobs of its stage unless they are cancelled, read artifacts,
     * keep checkpoints, and publish progress, failures, dead letters and the state of runs; and
     * what it declares beside that.
     *
     * @throws IllegalStateException when it declares a topic that there is not
     */
    public static TopicAccess ofWorker(
            Topics topics, StageName stage, PipelineConfig.AccessConfig declared) {
        var own = of(stage.label(), topics, declared);
        var groups = union(own.groups(), Set.of(jobGroup(topics, stage)));
        return new TopicAccess(
                own.service(),
                union(
                        own.reads(),
                        Set.of(
                                topics.jobs(stage),
                                topics.artifacts(),
                                topics.checkpoints(),
                                topics.cancellations())),
                union(
                        own.writes(),
                        Set.of(
                                topics.checkpoints(),
                                topics.runs(),
                                topics.progress(),
                                topics.failures(),
                                topics.deadLetters())),
                own.creates(),
                groups,
                placed(own.writes(), groups, topics),
                union(own.transactionalIds(), Set.of(transactionalIdPrefix(topics, stage))));
    }

    /** The groups of the stages whose jobs it writes, without those that it joins. */
    private static Set<String> placed(Set<String> writes, Set<String> groups, Topics topics) {
        return Arrays.stream(StageName.values())
                .filter(stage -> writes.contains(topics.jobs(stage)))
                .map(stage -> jobGroup(topics, stage))
                .filter(group -> !groups.contains(group))
                .collect(Collectors.toSet());
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        var all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }

    /** Declared topics by their full names; {@code *} at the end of one stands for any rest. */
    private static Set<String> topics(
            String setting, Optional<List<String>> declared, Topics topics) {
        var found = new TreeSet<String>();
        for (var name : declared.orElse(List.of())) {
            var matching = topics.all().stream().filter(t -> matches(t, name, topics)).toList();
            if (matching.isEmpty()) {
                throw new IllegalStateException(
                        "pitlane.access." + setting + " names '" + name + "', which is no topic");
            }
            found.addAll(matching);
        }
        return found;
    }

    private static boolean matches(String topic, String name, Topics topics) {
        return name.endsWith("*")
                ? topic.startsWith(topics.prefix() + name.substring(0, name.length() - 1))
                : topic.equals(topics.prefix() + name);
    }

    private static Set<String> prefixed(Optional<List<String>> names, Topics topics) {
        return names.stream()
                .flatMap(List::stream)
                .map(name -> topics.prefix() + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The consumer group in which a stage's replicas share its jobs. */
    public static String jobGroup(Topics topics, StageName stage) {
        return topics.prefix() + stage.label();
    }

    /** The prefix of the transactional ids of a stage's replicas; the replica's name follows. */
    public static String transactionalIdPrefix(Topics topics, StageName stage) {
        return topics.prefix() + stage.label() + ".";
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
        describedGroups.forEach(g -> acls.add(acl(group(g), principal, AclOperation.DESCRIBE)));
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
