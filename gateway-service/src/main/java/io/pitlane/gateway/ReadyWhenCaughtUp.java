package io.pitlane.gateway;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready before the topics are read: until then runs that exist would be denied. */
@Readiness
@Singleton
class ReadyWhenCaughtUp implements HealthCheck {
    private final StateReplay replay;

    ReadyWhenCaughtUp(StateReplay replay) {
        this.replay = replay;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("runs read from the topics")
                .status(replay.isCaughtUp())
                .build();
    }
}
