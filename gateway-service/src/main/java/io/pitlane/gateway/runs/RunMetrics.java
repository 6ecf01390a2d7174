package io.pitlane.gateway.runs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pitlane.contract.run.RunState;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Counts the known runs by status; see docs/reference/metrics.md. */
@Singleton
class RunMetrics implements MeterBinder {
    private final RunRegistry runs;

    RunMetrics(RunRegistry runs) {
        this.runs = runs;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (var status : RunState.Status.values()) {
            Gauge.builder("pitlane.runs", runs, known -> known.count(status))
                    .description("Runs that the gateway knows, by status")
                    .tag("status", status.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }
}
