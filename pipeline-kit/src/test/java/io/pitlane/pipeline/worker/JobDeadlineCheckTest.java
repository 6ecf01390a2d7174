package io.pitlane.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.health.JobDeadlineCheck;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class JobDeadlineCheckTest {
    private final CurrentJob current = new CurrentJob();

    @Test
    void aServiceIsLiveBetweenJobsAndWhileAJobIsWithinItsDeadline() {
        var check = check("1H");

        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
        current.begin("run");
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aJobPastItsDeadlineIsReportedByItsRunUntilItEnds() {
        var check = check("-1S");
        current.begin("run");

        var answer = check.call();

        assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("run", "run");
        current.end();
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    }

    private JobDeadlineCheck check(String deadline) {
        var config =
                new SmallRyeConfigBuilder()
                        .withConverter(Duration.class, 300, new DurationConverter())
                        .withMapping(PipelineConfig.class)
                        .withDefaultValue("pitlane.work.folder", "work")
                        .withDefaultValue("pitlane.cache.folder", "cache")
                        .withDefaultValue("pitlane.job.deadline", deadline)
                        .withDefaultValue("pitlane.job.grace", "0S")
                        .build();
        return new JobDeadlineCheck(current, config.getConfigMapping(PipelineConfig.class));
    }
}
