package io.pitlane.k8s;

import io.pitlane.contract.Topics;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.topics.TopicAccess;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleGroupResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTransactionalIdResource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kafka cluster among the manifests has a user for each service, with the rights that it needs
 * and no others.
 */
final class KafkaUsersCheck implements ManifestCheck {
    private static final String SCALER = "pitlane-scaler";

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        if (!manifests.has("Kafka")) {
            return problems.found();
        }
        var expected =
                Services.all().stream()
                        .map(service -> "pitlane-" + service)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (manifests.has("ScaledObject")) {
            expected.add(SCALER);
        }
        problems.requireEqual(
                manifests
                        .of("KafkaUser")
                        .map(Manifest::name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                expected,
                manifests,
                "users");
        manifests.of("KafkaUser").forEach(user -> user(user, manifests, problems));
        return problems.found();
    }

    private static void user(Manifest manifest, Manifests manifests, Problems problems) {
        var spec = manifest.as(KafkaUser.class).getSpec();
        problems.require(
                manifests.find("Kafka", manifest.label("strimzi.io/cluster")).isPresent(),
                manifest,
                "is for a cluster that does not exist");
        problems.requireEqual(
                spec.getAuthentication().getType(), "scram-sha-512", manifest, "authentication");
        if (!(spec.getAuthorization() instanceof KafkaUserAuthorizationSimple rules)) {
            problems.require(false, manifest, "has no authorization");
            return;
        }
        var allowed = allowed(rules);
        if (manifest.name().equals(SCALER)) {
            problems.require(
                    allowed.stream().allMatch(acl -> acl.startsWith("DESCRIBE ")),
                    manifest,
                    "may do more than describe: " + allowed);
        } else {
            Services.all().stream()
                    .filter(service -> manifest.name().equals("pitlane-" + service))
                    .forEach(
                            service ->
                                    problems.requireEqual(
                                            allowed, needed(access(service)), manifest, "rights"));
        }
    }

    private static TopicAccess access(String service) {
        var declared = new ServiceConfig(service).access();
        return service.equals(Services.GATEWAY)
                ? TopicAccess.of(service, Topics.DEFAULT, declared)
                : TopicAccess.ofWorker(
                        Topics.DEFAULT,
                        StageName.valueOf(service.toUpperCase(Locale.ROOT)),
                        declared);
    }

    private static Set<String> allowed(KafkaUserAuthorizationSimple rules) {
        return rules.getAcls().stream()
                .flatMap(KafkaUsersCheck::allowed)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> allowed(AclRule rule) {
        return rule.getOperations().stream()
                .map(
                        operation ->
                                rule.getType()
                                        + " "
                                        + operation.name()
                                        + " "
                                        + resource(rule)
                                        + " from "
                                        + rule.getHost())
                .map(text -> text.replaceFirst("^ALLOW ", "").replaceFirst(" from [*]$", ""));
    }

    private static String resource(AclRule rule) {
        if (rule.getResource() instanceof AclRuleTopicResource topic) {
            return "topic " + topic.getPatternType() + " " + topic.getName();
        }
        if (rule.getResource() instanceof AclRuleGroupResource group) {
            return "group " + group.getPatternType() + " " + group.getName();
        }
        if (rule.getResource() instanceof AclRuleTransactionalIdResource id) {
            return "transactional_id " + id.getPatternType() + " " + id.getName();
        }
        return "another resource";
    }

    /** Without the right to create topics: the manifests create them. */
    private static Set<String> needed(TopicAccess access) {
        return new TopicAccess(
                        access.service(),
                        access.reads(),
                        access.writes(),
                        Set.of(),
                        access.groups(),
                        access.describedGroups(),
                        access.transactionalIds())
                .acls("User:any").stream()
                        .map(
                                acl ->
                                        acl.entry().operation()
                                                + " "
                                                + acl.pattern()
                                                        .resourceType()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT)
                                                + " "
                                                + (acl.pattern()
                                                                .patternType()
                                                                .name()
                                                                .equals("PREFIXED")
                                                        ? "PREFIX"
                                                        : "LITERAL")
                                                + " "
                                                + acl.pattern().name())
                        .collect(Collectors.toCollection(TreeSet::new));
    }
}
