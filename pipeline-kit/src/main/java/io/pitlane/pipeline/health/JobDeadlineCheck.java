package io.pitlane.pipeline.health;

import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.worker.CurrentJob;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Not live when a job goes on past its deadline: then something hangs that only a restart ends. */
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
        var answer = HealthCheckResponse.named("job within its deadline").up();
        current.get()
                .ifPresent(
                        job -> {
                            var end = job.since().plus(config.job().deadline());
                            answer.withData("run", job.runId())
                                    .withData("since", job.since().toString())
                                    .status(Instant.now().isBefore(end.plus(config.job().grace())));
                        });
        return answer.build();
    }
}
