package io.pitlane.gateway.runs;

import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.pitlane.contract.run.RunState.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;

// Quarkus 3.33 brings this registry, and no newer one.
@SuppressWarnings("deprecation")
class RunMetricsTest {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void theReferenceDocumentsThem() throws IOException {
        // Given
        new RunMetrics(new RunRegistry(10, Clock.systemUTC())).bindTo(registry);
        var page = Path.of(System.getProperty("pitlane.root"), "docs/reference/metrics.md");

        // When
        var documented = Files.readString(page);

        // Then
        assertThat(registry.scrape()).contains("# TYPE pitlane_runs gauge");
        assertThat(documented).contains("| `pitlane_runs` |");
    }

    @Test
    void runsAreCountedByStatus() {
        // Given
        var runs = new RunRegistry(10, Clock.systemUTC());
        new RunMetrics(runs).bindTo(registry);

        // When
        runs.accept(state("a", Status.RUNNING, 0));
        runs.accept(state("b", Status.RUNNING, 1));
        runs.accept(state("c", Status.FAILED, 0));
        runs.accept(state("a", Status.FAILED, 1));

        // Then
        assertThat(registry.scrape())
                .contains("pitlane_runs{status=\"running\",} 1.0")
                .contains("pitlane_runs{status=\"failed\",} 2.0")
                .contains("pitlane_runs{status=\"not_passed\",} 0.0");
    }
}
