package io.pitlane.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.metrics.StageMetrics.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

// Quarkus 3.33 brings this registry, and no newer one.
@SuppressWarnings("deprecation")
class StageMetricsTest {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void everyMeterExistsFromTheStart() {
        // When
        metrics(0);

        // Then
        assertThat(registry.scrape())
                .contains("pitlane_jobs_total{outcome=\"given_back\",stage=\"distill\",} 0.0")
                .contains("pitlane_failures_total{kind=\"crashed\",stage=\"distill\",} 0.0")
                .contains("pitlane_job_seconds_bucket{stage=\"distill\",le=\"3600.0\",} 0")
                .contains("pitlane_handover_seconds_bucket{stage=\"distill\",le=\"0.1\",} 0")
                .contains("pitlane_dead_letters_total{stage=\"distill\",} 0.0")
                .contains("pitlane_child_restarts_total{stage=\"distill\",} 0.0")
                .contains("pitlane_checkpoint_bytes_total{stage=\"distill\",} 0.0")
                .contains("pitlane_gpu_seconds_total{stage=\"distill\",} 0.0");
    }

    @Test
    void theReferenceListsEveryMeter() throws IOException {
        // Given
        metrics(0);
        var page = Path.of(System.getProperty("pitlane.root"), "docs/reference/metrics.md");

        // When
        var documented = names("\\| `(pitlane_\\w+)`", stages(Files.readString(page)));

        // Then
        var registered = names("# TYPE (pitlane_\\w+)", registry.scrape());
        // The longest of late, which the registry adds to each histogram.
        registered.removeIf(name -> name.endsWith("_max"));
        assertThat(documented).isEqualTo(registered);
    }

    private static String stages(String page) {
        return page.substring(page.indexOf("## Stages"), page.indexOf("## Gateway"));
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aJobIsCountedByItsOutcomeAndTimedUnlessItWasGivenBack() {
        // Given
        var metrics = metrics(0);

        // When
        metrics.job(Outcome.DONE, Duration.ofSeconds(40));
        metrics.job(Outcome.FAILED, Duration.ofSeconds(2));
        metrics.job(Outcome.GIVEN_BACK, Duration.ofSeconds(600));
        metrics.failed(Failure.Kind.DEADLINE);

        // Then
        assertThat(registry.scrape())
                .contains("pitlane_jobs_total{outcome=\"done\",stage=\"distill\",} 1.0")
                .contains("pitlane_jobs_total{outcome=\"failed\",stage=\"distill\",} 1.0")
                .contains("pitlane_jobs_total{outcome=\"given_back\",stage=\"distill\",} 1.0")
                .contains("pitlane_job_seconds_count{stage=\"distill\",} 2")
                .contains("pitlane_job_seconds_sum{stage=\"distill\",} 42.0")
                .contains("pitlane_failures_total{kind=\"deadline\",stage=\"distill\",} 1.0");
    }

    @Test
    void gpuSecondsAreCountedForEveryOutcome() {
        // Given
        var metrics = metrics(2);

        // When
        metrics.job(Outcome.DONE, Duration.ofMillis(1_500));
        metrics.job(Outcome.GIVEN_BACK, Duration.ofSeconds(10));
        metrics.trial(Outcome.DONE, Duration.ofSeconds(1));

        // Then
        assertThat(registry.scrape())
                .contains("pitlane_gpu_seconds_total{stage=\"distill\",} 25.0");
    }

    @Test
    void aHandOverIsTimedAndItsResultReturned() {
        // Given
        var metrics = metrics(0);

        // When
        var answer = metrics.handOver(() -> "ours");

        // Then
        assertThat(answer).isEqualTo("ours");
        assertThat(registry.scrape())
                .contains("pitlane_handover_seconds_count{stage=\"distill\",} 1");
    }

    private StageMetrics metrics(int gpus) {
        return new StageMetrics(registry, StageName.DISTILL, gpus);
    }
}
