package io.pitlane.pipeline.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.pipeline.config.PipelineConfig;
import io.pitlane.pipeline.health.JobDeadlineCheck;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class JobDeadlineCheckTest {
    private final InFlightWork inFlight = new InFlightWork(new InFlightPartitions());

    @Test
    void aServiceIsLiveBetweenJobsAndWhileAJobIsWithinItsDeadline() {
        var check = check();

        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
        inFlight.add("run", Duration.ofHours(1));
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aJobPastItsDeadlineIsReportedByItsRunUntilItEnds() {
        var check = check();
        inFlight.add("other", Duration.ofHours(1));
        var late = inFlight.add("run", Duration.ofSeconds(-1));

        var answer = check.call();

        assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("run", "run");
        inFlight.remove(late);
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
    }

    private JobDeadlineCheck check() {
        var config =
                new SmallRyeConfigBuilder()
                        .withConverter(Duration.class, 300, new DurationConverter())
                        .withConverter(MemorySize.class, 300, new MemorySizeConverter())
                        .withMapping(PipelineConfig.class)
                        .withDefaultValue("pitlane.work.folder", "work")
                        .withDefaultValue("pitlane.cache.folder", "cache")
                        .withDefaultValue("pitlane.findings.folder", "findings")
                        .withDefaultValue("pitlane.job.grace", "0S")
                        .build();
        return new JobDeadlineCheck(inFlight, config.getConfigMapping(PipelineConfig.class));
    }
}
