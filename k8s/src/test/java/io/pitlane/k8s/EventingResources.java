package io.pitlane.k8s;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.util.List;
import java.util.Map;

/** The fields of Argo Events and Knative resources that the examples use. */
final class EventingResources {
    private EventingResources() {}

    /** Argo Events. */
    record EventSource(String apiVersion, String kind, ObjectMeta metadata, SourceSpec spec) {}

    record SourceSpec(SourceService service, Map<String, Webhook> webhook) {}

    record SourceService(List<SourcePort> ports) {}

    record SourcePort(int port, int targetPort) {}

    record Webhook(String port, String endpoint, String method, String url) {}

    record Sensor(String apiVersion, String kind, ObjectMeta metadata, SensorSpec spec) {}

    record SensorSpec(List<Dependency> dependencies, List<SensorTrigger> triggers) {}

    record Dependency(String name, String eventSourceName, String eventName) {}

    record SensorTrigger(
            Template template, boolean atLeastOnce, RetryStrategy retryStrategy, Policy policy) {}

    record Template(String name, Http http) {}

    record Http(
            String url,
            String method,
            Map<String, String> headers,
            List<SecureHeader> secureHeaders,
            List<Parameter> payload) {}

    record SecureHeader(String name, ValueFrom valueFrom) {}

    record ValueFrom(SecretKeySelector secretKeyRef) {}

    record Parameter(Source src, String dest) {}

    record Source(String dependencyName, String contextTemplate, String dataKey) {}

    record RetryStrategy(int steps, String duration, double factor) {}

    record Policy(Status status) {}

    record Status(List<Integer> allow) {}

    /** Knative. */
    record KafkaSink(String apiVersion, String kind, ObjectMeta metadata, SinkSpec spec) {}

    record SinkSpec(String topic, List<String> bootstrapServers, String contentMode, Auth auth) {}

    record Auth(Secret secret) {}

    record Secret(Ref ref) {}

    record Ref(String apiVersion, String kind, String name) {}

    record Trigger(String apiVersion, String kind, ObjectMeta metadata, TriggerSpec spec) {}

    record TriggerSpec(String broker, Filter filter, Subscriber subscriber, Delivery delivery) {}

    record Filter(Map<String, String> attributes) {}

    record Subscriber(Ref ref) {}

    record Delivery(int retry, String backoffPolicy, String backoffDelay) {}
}
