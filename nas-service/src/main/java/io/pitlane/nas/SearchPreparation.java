package io.pitlane.nas;

import io.pitlane.contract.run.Job;
import io.pitlane.pipeline.stage.Preparation;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.trial.TrialExchange;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/** Coordinates the search of a nas job in the service, before the child trains the winner. */
@ApplicationScoped
class SearchPreparation implements Preparation {
    private final TrialExchange trials;

    SearchPreparation(TrialExchange trials) {
        this.trials = trials;
    }

    @Override
    public String prepare(Job job, ProgressListener progress, BooleanSupplier cancelled) {
        try (var search = trials.open(job)) {
            return new SearchCoordinator(search, job, progress, cancelled, Clock.systemUTC())
                    .run()
                    .map(SearchResult::toJson)
                    .orElse("");
        }
    }
}
