package io.pitlane.pipeline.health;

import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.consumer.InFlightWork;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Not live when a job or a trial exceeds its deadline and the grace period: only a restart ends
 * what hangs then.
 */
@Liveness
@ApplicationScoped
public class JobDeadlineCheck implements HealthCheck {
    private final InFlightWork inFlight;
    private final PipelineConfig config;

    public JobDeadlineCheck(InFlightWork inFlight, PipelineConfig config) {
        this.inFlight = inFlight;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("work within its deadline").up();
        for (var work : inFlight.all()) {
            var end = work.since().plus(work.deadline()).plus(config.job().grace());
            if (Instant.now().isAfter(end)) {
                answer.withData("run", work.runId())
                        .withData("since", work.since().toString())
                        .down();
            }
        }
        return answer.build();
    }
}
