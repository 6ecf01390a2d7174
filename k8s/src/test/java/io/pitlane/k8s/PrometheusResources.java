package io.pitlane.k8s;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/** The fields of Prometheus Operator resources that the manifests use. */
final class PrometheusResources {
    private PrometheusResources() {}

    record PodMonitor(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {}

    record Spec(LabelSelector selector, List<Endpoint> podMetricsEndpoints) {}

    record Endpoint(String port, String path, String interval) {}
}
