package io.pitlane.pipeline.health;

import io.pitlane.pipeline.topics.AccessCheck;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the service's user on Kafka is known to lack a right. */
@Readiness
@ApplicationScoped
class KafkaAccessCheck implements HealthCheck {
    private final AccessCheck access;

    KafkaAccessCheck(AccessCheck access) {
        this.access = access;
    }

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("allowed by Kafka to do its work");
        var problem = access.problem();
        return problem.isEmpty()
                ? answer.up().build()
                : answer.withData("why", problem).down().build();
    }
}
