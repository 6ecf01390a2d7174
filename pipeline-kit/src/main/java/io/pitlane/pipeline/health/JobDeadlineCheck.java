package io.pitlane.pipeline.health;

import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.worker.CurrentJob;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Not live when a job or a trial goes on past its deadline: then something hangs that only a
 * restart ends.
 */
@Liveness
@ApplicationScoped
public class JobDeadlineCheck implements HealthCheck {
    private final CurrentJob current;
    private final PipelineConfig config;

    public JobDeadlineCheck(CurrentJob current, PipelineConfig config) {
        this.current = current;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("work within its deadline").up();
        for (var work : current.all()) {
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
