package io.pitlane.nas;

import io.pitlane.contract.Job;
import io.pitlane.pipeline.stage.Preparation;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.trial.TrialExchange;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/** Runs the search of a nas job before its child trains the winner; trains nothing itself. */
@ApplicationScoped
class Coordinator implements Preparation {
    private final TrialExchange trials;

    Coordinator(TrialExchange trials) {
        this.trials = trials;
    }

    @Override
    public String prepare(Job job, ProgressListener progress, BooleanSupplier cancelled) {
        try (var exchange = trials.open(job)) {
            return new Coordination(exchange, job, progress, cancelled, Clock.systemUTC())
                    .run()
                    .map(SearchResult::toJson)
                    .orElse("");
        }
    }
}
