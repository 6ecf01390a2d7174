package io.pitlane.pipeline.health;

import io.pitlane.pipeline.topics.AccessCheck;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while Kafka is known not to let the service do its work. */
@Readiness
@ApplicationScoped
class AllowedCheck implements HealthCheck {
    private final AccessCheck access;

    AllowedCheck(AccessCheck access) {
        this.access = access;
    }

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("allowed by Kafka to do its work");
        var trouble = access.trouble();
        return trouble.isEmpty()
                ? answer.up().build()
                : answer.withData("why", trouble).down().build();
    }
}
