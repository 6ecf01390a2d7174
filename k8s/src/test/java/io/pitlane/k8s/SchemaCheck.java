package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every object is of a known type and has only fields of that type, according to Java models and,
 * where they are at hand, the schemas that the operators publish.
 */
final class SchemaCheck implements ManifestCheck {
    private static final Map<String, Class<?>> TYPES =
            Map.ofEntries(
                    Map.entry("v1/Namespace", Namespace.class),
                    Map.entry("v1/ConfigMap", ConfigMap.class),
                    Map.entry("v1/Service", Service.class),
                    Map.entry("v1/ServiceAccount", ServiceAccount.class),
                    Map.entry("apps/v1/Deployment", Deployment.class),
                    Map.entry("apps/v1/StatefulSet", StatefulSet.class),
                    Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
                    Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
                    Map.entry("kafka.strimzi.io/v1/Kafka", Kafka.class),
                    Map.entry("kafka.strimzi.io/v1/KafkaNodePool", KafkaNodePool.class),
                    Map.entry("kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class),
                    Map.entry("kafka.strimzi.io/v1/KafkaUser", KafkaUser.class),
                    Map.entry("keda.sh/v1alpha1/ScaledObject", KedaResources.ScaledObject.class));

    /** Types without a model in Java of all their fields: {@link CustomResourceSchemas}. */
    private static final Set<String> CUSTOM =
            Set.of(
                    "keda.sh/v1alpha1/TriggerAuthentication",
                    "monitoring.coreos.com/v1/PodMonitor",
                    "argoproj.io/v1alpha1/EventSource",
                    "argoproj.io/v1alpha1/Sensor",
                    "eventing.knative.dev/v1alpha1/KafkaSink",
                    "eventing.knative.dev/v1/Trigger");

    @Override
    public List<String> problems(Manifests manifests) {
        return manifests.all().stream().flatMap(m -> problems(m).stream()).toList();
    }

    /** The problems of one object. */
    static List<String> problems(Manifest manifest) {
        var problems = new Problems();
        problems.found(problemsOfPart(manifest));
        CustomResourceSchemas.all()
                .violations(manifest)
                .forEach(
                        violation ->
                                problems.require(false, manifest, "is not valid: " + violation));
        return problems.found();
    }

    /** The problems of a part of an object, in which required fields may be missing. */
    static List<String> problemsOfPart(Manifest manifest) {
        var problems = new Problems();
        var type = TYPES.get(manifest.type());
        problems.require(
                type != null || CUSTOM.contains(manifest.type()),
                manifest,
                "is of an unknown type: " + manifest.type());
        problems.require(!manifest.name().isEmpty(), manifest, "has no name");
        try {
            if (type != null) {
                StrictYaml.read(manifest.node(), type);
            }
        } catch (JsonProcessingException e) {
            problems.require(false, manifest, "is not valid: " + e.getOriginalMessage());
        }
        return problems.found();
    }
}
