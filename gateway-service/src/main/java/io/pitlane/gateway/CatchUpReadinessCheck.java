package io.pitlane.gateway;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Reports the gateway as not ready until the topics are read: its runs are unknown before. */
@Readiness
@Singleton
class CatchUpReadinessCheck implements HealthCheck {
    private final StateReplay replay;

    CatchUpReadinessCheck(StateReplay replay) {
        this.replay = replay;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("runs read from the topics")
                .status(replay.isCaughtUp())
                .build();
    }
}
